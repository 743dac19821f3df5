// Locks that are no table's and no row's. Their tag is one that no SQL function can produce, so nobody but
// our code can take one or wait for one; pg_locks shows them as advisory with objsubid 17219.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/server/locks/rank.hpp"

namespace command_center::server {

// Of one database. `key` is shown to everybody in pg_locks: where it is made of something that a tenant may
// not know, it is a hash with a secret.
struct OwnLock {
  Rank rank;
  std::uint64_t key;
};

enum class LockMode { kShared, kExclusive };

// All functions are Postgres regime; what is taken is held until the (sub)transaction ends.

// Whether a lock may be waited for: the order of locks allows it, and it is not held in shared mode and
// wanted exclusively, as others may hold and want it as well.
[[nodiscard]] bool may_wait(const OwnLock& lock, LockMode mode);

// Waits where it may, and tries otherwise (40001 when it is busy). `what` names it in the error. Afterwards
// all that was committed by those who held it can be seen by a new snapshot, and by the server's caches.
void take_lock(const OwnLock& lock, LockMode mode, const char* what);

// False when somebody else has it.
[[nodiscard]] bool try_lock(const OwnLock& lock, LockMode mode);

// Whether this transaction has it in just this mode.
[[nodiscard]] bool holds_lock(const OwnLock& lock, LockMode mode);

// Whether somebody else has it exclusively. Takes nothing that stays.
[[nodiscard]] bool is_locked_by_another(const OwnLock& lock);

// The lock of a kind that goes with a name which is no secret.
[[nodiscard]] OwnLock named_lock(LockKind kind, std::string_view name);

}  // namespace command_center::server
