// Checks what draft-07 lets `contentEncoding` and `contentMediaType` assert.
#pragma once

#include <string_view>

namespace command_center::json_schema {

// Whether the text is base64 (when encoded) of JSON (when it holds JSON).
[[nodiscard]] bool content_is_valid(std::string_view text, bool is_base64, bool is_json);

}  // namespace command_center::json_schema
