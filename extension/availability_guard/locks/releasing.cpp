// Queues for the locks, and ends what stands then.
#include "extension/availability_guard/locks/releasing.hpp"

#include "extension/availability_guard/locks/held_locks.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

using identifiers::Uuid;
using inventory::Instant;

constexpr std::size_t kMaxReason = 2000;

LockRows end_all(const Uuid& tenant_id, const LockRows& found, const Remarks& remarks, Instant now) {
  LockRows held = {found.rows, 0};
  for (int i = 0; i < found.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const LockRow row = found.rows[i];
    delete_lock(tenant_id, row);
    if (inventory::has_expired(row.held.expires_at, now)) {
      append_event(tenant_id, row, "expired", {row.held.key, {}, {}, {}, Datum{0}}, now);
    } else {
      Remarks said = remarks;
      said.key = row.held.key;
      append_event(tenant_id, row, "released", said, now);
      held.rows[held.count++] = row;
    }
  }
  return held;
}

}  // namespace

LockRows release_lock(const Uuid& tenant_id, const Uuid& lock_id, std::int64_t version,
                      const Remarks& remarks) {
  const LockRows found = queue_for_locks(tenant_id, &lock_id, 1);
  if (found.count == 0) refuse_not_held(lock_id);
  const Instant now = GetCurrentTimestamp();
  check_not_expired(found.rows[0], now);
  check_version(found.rows[0], version);
  return end_all(tenant_id, found, remarks, now);
}

LockRows release_reservation(const Uuid& tenant_id, const Uuid& reservation_id, const Remarks& remarks) {
  const LockRows found = queue_for_locks_of_reservation(tenant_id, reservation_id);
  return end_all(tenant_id, found, remarks, GetCurrentTimestamp());
}

LockRows release_many(const Uuid& tenant_id, const Uuid* lock_ids, int count, const Remarks& remarks) {
  const LockRows found = queue_for_locks(tenant_id, lock_ids, count);
  return end_all(tenant_id, found, remarks, GetCurrentTimestamp());
}

void check_release_count(int count) {
  if (count <= kMostReleased) return;
  refuse("KC014", psprintf("%d locks are above the limit of %d", count, kMostReleased), nullptr,
         "Use several calls, each in a transaction of its own.");
}

void check_reason(std::string_view reason) {
  if (reason.size() > kMaxReason)
    refuse("22023", psprintf("reason must be %d bytes at most", static_cast<int>(kMaxReason)));
}

}  // namespace command_center::guard
