// How members of our own JSON are spelt: camelCase everywhere.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace command_center::json {

// What is said of a member that a definition does not know: how it is spelt where only case, underscores or
// hyphens are wrong (max_per_minute), else that it is not a member of `whole` ("limits").
[[nodiscard]] std::string unknown_member(std::string_view name, const std::string_view* known,
                                         std::size_t known_count, std::string_view whole);

[[nodiscard]] inline std::string unknown_member(std::string_view name,
                                                std::initializer_list<std::string_view> known,
                                                std::string_view whole) {
  return unknown_member(name, known.begin(), known.size(), whole);
}

}  // namespace command_center::json
