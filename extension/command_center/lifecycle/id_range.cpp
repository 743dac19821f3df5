// Computes with command ids.
#include "extension/command_center/lifecycle/id_range.hpp"

#include <algorithm>

#include "extension/core/identifiers/uuid_v7.hpp"
#include "extension/server/new_uuid.hpp"

namespace command_center::extension {
namespace {

// Ids end in the year 10889.
constexpr std::int64_t kLastMillisecond = (std::int64_t{1} << 48) - 1;
constexpr std::int64_t kMillisecondsOfDay = 86'400'000;

identifiers::Uuid lowest_id_of(std::int64_t milliseconds) noexcept {
  return identifiers::lower_bound_at(std::clamp(milliseconds, std::int64_t{0}, kLastMillisecond));
}

// The server's time ends so much later than ids that counting it from 1970 would overflow.
std::int64_t milliseconds_of(std::int64_t server_timestamp) noexcept {
  return server::unix_microseconds(std::min(server_timestamp, kLastMillisecond * 1000)) / 1000;
}

}  // namespace

identifiers::Uuid highest_id() noexcept {
  identifiers::Uuid id;
  id.bytes.fill(0xff);
  return id;
}

identifiers::Uuid successor(identifiers::Uuid id) noexcept {
  if (id == highest_id()) return id;
  for (auto byte = id.bytes.rbegin(); byte != id.bytes.rend() && ++*byte == 0; ++byte) continue;
  return id;
}

identifiers::Uuid predecessor(identifiers::Uuid id) noexcept {
  if (id == identifiers::Uuid{}) return id;
  for (auto byte = id.bytes.rbegin(); byte != id.bytes.rend() && (*byte)-- == 0; ++byte) continue;
  return id;
}

identifiers::Uuid first_id_received_at(std::int64_t server_timestamp) noexcept {
  return lowest_id_of(milliseconds_of(server_timestamp) - identifiers::kMostLeadMilliseconds);
}

identifiers::Uuid last_id_received_at(std::int64_t server_timestamp) noexcept {
  return predecessor(
      lowest_id_of(milliseconds_of(server_timestamp) + identifiers::kMostLeadMilliseconds + 1));
}

IdRange whole_days(const IdRange& range) noexcept {
  const std::int64_t first = identifiers::unix_milliseconds(range.first) / kMillisecondsOfDay;
  const std::int64_t last = identifiers::unix_milliseconds(range.last) / kMillisecondsOfDay;
  return {lowest_id_of(first * kMillisecondsOfDay),
          predecessor(lowest_id_of((last + 1) * kMillisecondsOfDay))};
}

std::int64_t milliseconds_in(const IdRange& range) noexcept {
  return identifiers::unix_milliseconds(range.last) - identifiers::unix_milliseconds(range.first) + 1;
}

IdRange newest_part(const IdRange& range, std::int64_t milliseconds) noexcept {
  if (milliseconds >= milliseconds_in(range)) return range;
  auto first = static_cast<std::uint64_t>(identifiers::unix_milliseconds(range.last) - milliseconds + 1);
  // Below every UUIDv7 of the millisecond, so that the id before it is of the one before.
  identifiers::Uuid id;
  for (int byte = 5; byte >= 0; --byte, first >>= 8) id.bytes[byte] = static_cast<std::uint8_t>(first);
  return {std::max(range.first, id), range.last};
}

}  // namespace command_center::extension
