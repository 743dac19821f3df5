// Small formats of identifiers: UUIDs, JSON Pointers, patterns.
#pragma once

#include <string_view>

namespace command_center::json_schema::formats {

[[nodiscard]] bool is_uuid(std::string_view text) noexcept;
[[nodiscard]] bool is_json_pointer(std::string_view text) noexcept;
[[nodiscard]] bool is_relative_json_pointer(std::string_view text) noexcept;

// Whether the text is an ECMA-262 pattern, matchable in linear time or not. Allocates.
[[nodiscard]] bool is_regex(std::string_view text);

}  // namespace command_center::json_schema::formats
