// One order for all locks of ours: they are taken upwards only, so nobody waits in a circle.
#pragma once

#include <cstdint>

namespace command_center::server {

// The kinds of locks, lowest first; docs/architecture.md has the table with what each is for. 1000 to 8999
// are the domains' own.
enum class LockKind : std::uint32_t {
  kSetup = 100,
  kMaintenance = 200,
  kPublishers = 290,
  kPublisher = 300,
  kConsumer = 350,
  kCatalogue = 400,
  kIdempotencyKey = 500,
  kReplay = 600,
  kParked = 700,
  kParking = 710,
  kOrderedKey = 9000,
};

// The place of one lock: its kind, and its place among those of its kind.
struct Rank {
  LockKind kind;
  std::uint64_t major;
  std::uint64_t minor;
};

[[nodiscard]] bool operator<(const Rank& left, const Rank& right) noexcept;

// All functions are Postgres regime. What a transaction holds is forgotten when it ends, and what a
// subtransaction took when that is rolled back.

// Whether a lock may be waited for: this transaction holds none of a higher rank. Otherwise it is only tried.
[[nodiscard]] bool may_wait_for(const Rank& rank) noexcept;

// Called once a lock is held. `counted`: it takes a place in the server's lock table that was free before.
enum class InLockTable { kAnew, kAlready };
void note_held(const Rank& rank, InLockTable entry);

// How many places in the server's lock table this transaction has taken through note_held(), and how many it
// may take: an eighth, so that no transaction fills the table that all sessions of the server share.
[[nodiscard]] int counted_locks() noexcept;
[[nodiscard]] int most_counted_locks() noexcept;

// KC014 where it would take more than that with so many besides; `what` says of what those are.
void require_room_in_lock_table(int more, const char* what);

// 40001 with a hint: `what` is in use, and waiting for it could be for ever.
[[noreturn]] void refuse_busy(const char* what);

}  // namespace command_center::server
