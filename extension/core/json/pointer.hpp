// JSON pointers (RFC 6901).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace command_center::json {

// The tokens of a pointer, unescaped; "" has none. Nothing when the text is not a pointer.
[[nodiscard]] std::optional<std::vector<std::string>> parse_pointer(std::string_view text);

// Appends a name as one more token, escaped.
void append_token(std::string& pointer, std::string_view name);

}  // namespace command_center::json
