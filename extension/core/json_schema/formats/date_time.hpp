// The date and time formats of RFC 3339, and its durations (appendix A).
#pragma once

#include <string_view>

namespace command_center::json_schema::formats {

[[nodiscard]] bool is_date(std::string_view text) noexcept;
[[nodiscard]] bool is_time(std::string_view text) noexcept;
[[nodiscard]] bool is_date_time(std::string_view text) noexcept;
[[nodiscard]] bool is_duration(std::string_view text) noexcept;

}  // namespace command_center::json_schema::formats
