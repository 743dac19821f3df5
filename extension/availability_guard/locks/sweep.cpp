// Queues are only tried, and few are held at a time: the transaction of maintain() may be long.
#include "extension/availability_guard/locks/sweep.hpp"

#include "extension/availability_guard/locks/queue.hpp"
#include "extension/availability_guard/locks/rows.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

using identifiers::Uuid;

constexpr int kMostAtOnce = 100;

Statement select_expired = {
    kInstallation,
    "SELECT tenant_id, lock_id FROM availability_guard.inventory_locks"
    " WHERE expires_at <= $1 AND expires_at < 'infinity' ORDER BY expires_at LIMIT $2",
    2,
    {TIMESTAMPTZOID, INT4OID}};

struct Found {
  Uuid tenant_id;
  Uuid lock_id;
};

int find_expired(Found* found) {
  Parameters parameters;
  parameters.add(TimestampTzGetDatum(GetCurrentTimestamp()));
  parameters.add_int(kMostAtOnce);
  const auto count = static_cast<int>(run_with_latest_snapshot(select_expired, parameters));
  for (int i = 0; i < count; ++i) {
    const auto row = static_cast<std::uint64_t>(i);
    found[i] = {uuid_value(value(row, 0, UUIDOID)), uuid_value(value(row, 1, UUIDOID))};
  }
  return count;
}

// Its reservation's queue is what all have to do with that is not about its room or type; so it is the one
// that is tried first.
bool try_queues(const Uuid& tenant_id, const LockRow& row) {
  const inventory::Content& content = row.held.content;
  return try_to_enter_tenant(tenant_id) && try_queue(kReservationQueue, tenant_id, row.reservation_id) &&
         try_queue(kTypeQueue, tenant_id, content.room_type_id) &&
         (!content.has_room || try_queue(kRoomQueue, tenant_id, content.room_id));
}

void end_if_expired(const Found& found) {
  const LockRows seen = locks_named(found.tenant_id, &found.lock_id, 1);
  if (seen.count == 0 || !try_queues(found.tenant_id, seen.rows[0])) return;
  const LockRows held = locks_named(found.tenant_id, &found.lock_id, 1);
  const inventory::Instant now = GetCurrentTimestamp();
  // Another version may be in another room.
  if (held.count == 0 || held.rows[0].version != seen.rows[0].version ||
      !inventory::has_expired(held.rows[0].held.expires_at, now))
    return;
  delete_lock(found.tenant_id, held.rows[0]);
  append_event(found.tenant_id, held.rows[0], "expired", {held.rows[0].held.key, {}, {}, {}, Datum{0}}, now);
}

}  // namespace

void sweep_expired() {
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  Found found[kMostAtOnce];
  const int count = find_expired(found);
  for (int i = 0; i < count; ++i) {
    CHECK_FOR_INTERRUPTS();
    end_if_expired(found[i]);
  }
  resume_planner(planner);
  close_session(session);
}

}  // namespace command_center::guard
