// Queues for locks that are there already.
#pragma once

#include "extension/availability_guard/locks/rows.hpp"

namespace command_center::guard {

// What for: to confirm a tentative lock takes nights.
enum class Purpose { kToKeepOrEnd, kToConfirm };

// All are Postgres regime, in an open session. They read the rows, queue for what they say (an unlocked look
// may be of yesterday), and answer those that are still there with all their queues held, expired or not.
[[nodiscard]] LockRows queue_for_locks(const identifiers::Uuid& tenant_id, const identifiers::Uuid* lock_ids,
                                       int count, Purpose purpose = Purpose::kToKeepOrEnd);
[[nodiscard]] LockRows queue_for_locks_of_reservation(const identifiers::Uuid& tenant_id,
                                                      const identifiers::Uuid& reservation_id);

// KC008 where its time is over at `now`, the clock after the last queue.
void check_not_expired(const LockRow& row, inventory::Instant now);

// KC006 unless the version is the lock's, or 0 for any.
void check_version(const LockRow& row, std::int64_t version);

// KC002.
[[noreturn]] void refuse_not_held(const identifiers::Uuid& lock_id);

// A change of one lock that is held in its place. 40001 where somebody wrote past the queues.
void replace_lock(const identifiers::Uuid& tenant_id, const LockRow& before, const LockRow& after);

// Whether the reservation has made this request before: it changes nothing then. Null text: no.
[[nodiscard]] bool knows_request(const identifiers::Uuid& tenant_id, const LockRow& row,
                                 std::string_view request_id, inventory::Instant now);

}  // namespace command_center::guard
