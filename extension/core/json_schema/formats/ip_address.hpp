// Textual IP addresses: dotted quads (RFC 2673) and IPv6 (RFC 4291).
#pragma once

#include <string_view>

namespace command_center::json_schema::formats {

[[nodiscard]] bool is_ipv4(std::string_view text) noexcept;
[[nodiscard]] bool is_ipv6(std::string_view text) noexcept;

}  // namespace command_center::json_schema::formats
