// Bytes as text for JSON, which takes no others.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace command_center::text {

// RFC 4648, with padding and without line breaks.
void append_base64(std::string& out, std::string_view bytes);

// Nothing unless it is just that: canonical, padded, no other character.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace command_center::text
