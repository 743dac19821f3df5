// Reads and writes JSON Pointers (RFC 6901).
#pragma once

#include <string>
#include <string_view>

#include "extension/core/json_schema/values/document.hpp"

namespace command_center::json_schema {

// Appends "/" and the token with "~" and "/" escaped.
void append_token(std::string& pointer, std::string_view token);
void append_index(std::string& pointer, std::size_t index);

// Takes the first token off a pointer that starts with "/", and unescapes it.
[[nodiscard]] std::string take_token(std::string_view& pointer);

// The element of an array that an unescaped token names by its decimal index. Null when there is none.
[[nodiscard]] const values::Value* find_element(const values::Value& array, std::string_view token) noexcept;

}  // namespace command_center::json_schema
