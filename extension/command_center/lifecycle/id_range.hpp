// Ranges of command ids: an id is one of time, and the key of every table of commands.
#pragma once

#include <cstdint>

#include "extension/core/identifiers/uuid.hpp"

namespace command_center::extension {

struct IdRange {
  identifiers::Uuid first;
  identifiers::Uuid last;
};

[[nodiscard]] identifiers::Uuid highest_id() noexcept;

// The neighbours. The ends have none, and are no ids of commands.
[[nodiscard]] identifiers::Uuid successor(identifiers::Uuid id) noexcept;
[[nodiscard]] identifiers::Uuid predecessor(identifiers::Uuid id) noexcept;

// The lowest and the highest id that a command received at a server's timestamp can have: ids may lead the
// clock by seconds, and a command that waited for its key was given its id before.
[[nodiscard]] identifiers::Uuid first_id_received_at(std::int64_t server_timestamp) noexcept;
[[nodiscard]] identifiers::Uuid last_id_received_at(std::int64_t server_timestamp) noexcept;

// The same range, widened to whole days (UTC), as the partitions are.
[[nodiscard]] IdRange whole_days(const IdRange& range) noexcept;

// How long it is, from the millisecond of its first id to that of its last.
[[nodiscard]] std::int64_t milliseconds_in(const IdRange& range) noexcept;

// The last milliseconds of it, so many or fewer.
[[nodiscard]] IdRange newest_part(const IdRange& range, std::int64_t milliseconds) noexcept;

}  // namespace command_center::extension
