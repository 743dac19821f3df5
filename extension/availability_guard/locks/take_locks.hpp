// Judges requests for locks and carries them out: queue, read, decide, write.
#pragma once

#include "extension/availability_guard/locks/outcome.hpp"
#include "extension/availability_guard/locks/request.hpp"

namespace command_center::guard {

inline constexpr int kMostRequests = 64;

// All are Postgres regime, in no session; the tenant of all requests is that of the first, and was checked.
// Refusals are errors. An outcome is LOCKED or CONFLICT.

[[nodiscard]] LockOutcome take_lock_of(LockRequest& request);

// The same, without a lock, a write or a wait: AVAILABLE or CONFLICT.
[[nodiscard]] LockOutcome judge_only(LockRequest& request);

// All or none, in one order. NOT_LOCKED where another one has a conflict. 22023 for requests that contradict
// each other.
void take_locks_of(LockRequest* requests, LockOutcome* outcomes, int count);

// Within an open session, under the queues of the content's type and room: what is in the way of it, as a
// witness, or 0. `own`: the lock that it shall be of, or null. With kEnds, locks of the room that have
// expired are ended, and the type of a limited night is had whole. `others`: stays of the type that count
// besides those that are written.
enum class Tidying { kLeaves, kEnds };
[[nodiscard]] Datum find_obstacle(const identifiers::Uuid& tenant_id, const inventory::Content& content,
                                  const inventory::HeldLock* own, inventory::Instant now, Tidying tidying,
                                  const Stays& others = {nullptr, 0});

// Whether a lock of that content takes a night that is limited: then its type must be had whole. `own` as
// above; inside an open session.
[[nodiscard]] bool takes_limited_night(const identifiers::Uuid& tenant_id, const inventory::Content& content,
                                       const inventory::HeldLock* own);

// Bounds of a tenant's TTL; inside an open session.
[[nodiscard]] inventory::TtlLimits ttl_limits_of(const identifiers::Uuid& tenant_id);
// 22023 above the limit. -1 is the default.
[[nodiscard]] std::int32_t ttl_of(std::int32_t wanted, const inventory::TtlLimits& limits);

}  // namespace command_center::guard
