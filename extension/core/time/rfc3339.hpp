// Instants as RFC 3339 text in UTC.
#pragma once

#include <cstdint>
#include <string>

namespace command_center::time {

// `2025-12-19T08:00:00.123456Z`; years 0 to 9999.
[[nodiscard]] std::string to_rfc3339(std::int64_t unix_microseconds);

}  // namespace command_center::time
