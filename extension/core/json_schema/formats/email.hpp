// Mailboxes of RFC 5321, and with UTF-8 of RFC 6531.
#pragma once

#include <string_view>

namespace command_center::json_schema::formats {

[[nodiscard]] bool is_email(std::string_view text) noexcept;
[[nodiscard]] bool is_international_email(std::string_view text) noexcept;

}  // namespace command_center::json_schema::formats
