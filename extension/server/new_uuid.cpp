// Feeds the generator from the server's clock and its source of strong random bytes, which is read in blocks
// because a call costs more than an insert.
#include "extension/server/new_uuid.hpp"

#include "extension/core/identifiers/uuid_v7.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

identifiers::UuidV7Generator generator;
std::uint64_t random_pool[64];
std::size_t random_left = 0;

std::uint64_t random_bits() {
  if (random_left == 0) {
    if (!pg_strong_random(random_pool, sizeof(random_pool))) {
      ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not obtain random bytes")));
    }
    random_left = lengthof(random_pool);
  }
  return random_pool[--random_left];
}

}  // namespace

std::int64_t unix_microseconds(std::int64_t server_timestamp) noexcept {
  constexpr std::int64_t kEpochDistance = (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;
  return server_timestamp + kEpochDistance;
}

identifiers::Uuid new_uuid(std::int64_t server_timestamp) {
  return generator.next(unix_microseconds(server_timestamp), random_bits());
}

}  // namespace command_center::server
