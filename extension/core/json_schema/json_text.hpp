// Writes JSON text.
#pragma once

#include <string>
#include <string_view>

#include "extension/core/json_schema/values/document.hpp"

namespace command_center::json_schema {

// Appends a quoted, escaped JSON string.
void append_json_string(std::string& out, std::string_view text);

// Appends a value, or stops in the middle (and answers false) when the text would pass `max_bytes`.
[[nodiscard]] bool append_json_value(std::string& out, const values::Value& value, std::size_t max_bytes);

}  // namespace command_center::json_schema
