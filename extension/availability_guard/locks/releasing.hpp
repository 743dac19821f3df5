// Locks end before their time.
#pragma once

#include "extension/availability_guard/locks/rows.hpp"

namespace command_center::guard {

inline constexpr int kMostReleased = 256;

// All are Postgres regime, in an open session, and answer the locks that were held until now, as they were:
// of what has expired only the row was left, and it goes without a word. The key of the remarks is each
// lock's own.

// KC002 where no such lock is held, KC008 where it has expired, KC006 unless the version is the lock's, or 0.
[[nodiscard]] LockRows release_lock(const identifiers::Uuid& tenant_id, const identifiers::Uuid& lock_id,
                                    std::int64_t version, const Remarks& remarks);

[[nodiscard]] LockRows release_reservation(const identifiers::Uuid& tenant_id,
                                           const identifiers::Uuid& reservation_id, const Remarks& remarks);

[[nodiscard]] LockRows release_many(const identifiers::Uuid& tenant_id, const identifiers::Uuid* lock_ids,
                                    int count, const Remarks& remarks);

// KC014 where those are too many for one call.
void check_release_count(int count);

// 22023 for a reason that is too long.
void check_reason(std::string_view reason);

}  // namespace command_center::guard
