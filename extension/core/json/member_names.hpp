// How members of our own JSON are spelt: camelCase everywhere.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace command_center::json {

// The known name that another one probably means: written in another case, with underscores, hyphens or
// spaces (max_per_minute), or with a third of its letters wrong, of two at most. Empty: none.
[[nodiscard]] std::string_view name_meant_by(std::string_view name, const std::string_view* known,
                                             std::size_t known_count);

// What is said of a member that a definition does not know: how the one that is meant is spelt, else that it
// is not a member of `whole` ("limits").
[[nodiscard]] std::string unknown_member(std::string_view name, const std::string_view* known,
                                         std::size_t known_count, std::string_view whole);

[[nodiscard]] inline std::string unknown_member(std::string_view name,
                                                std::initializer_list<std::string_view> known,
                                                std::string_view whole) {
  return unknown_member(name, known.begin(), known.size(), whole);
}

}  // namespace command_center::json
