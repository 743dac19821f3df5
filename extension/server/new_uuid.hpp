// Makes the ids of this session.
#pragma once

#include <cstdint>

#include "extension/core/identifiers/uuid.hpp"

namespace command_center::server {

// Microseconds since 1970 of one of the server's timestamps (microseconds since 2000).
[[nodiscard]] std::int64_t unix_microseconds(std::int64_t server_timestamp) noexcept;

// A UUIDv7 above every one this session has made, unless the clock was set back by more than seconds.
// Postgres regime.
[[nodiscard]] identifiers::Uuid new_uuid(std::int64_t server_timestamp);

}  // namespace command_center::server
