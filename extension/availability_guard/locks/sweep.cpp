// Queues are only tried: nobody is waited for, and what is in use is met by who uses it.
#include "extension/availability_guard/locks/sweep.hpp"

#include "extension/availability_guard/locks/queue.hpp"
#include "extension/availability_guard/locks/rows.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

using identifiers::Uuid;
using inventory::Instant;

constexpr int kAtOnce = 100;

// From one place to the next, so that those that are in use do not hide the others.
Statement select_expired = {
    kInstallation,
    "SELECT tenant_id, lock_id, reservation_id, coalesce(room_id, wanted_room_id), version, expires_at"
    " FROM availability_guard.inventory_locks WHERE expires_at <= $1 AND expires_at < 'infinity'"
    " AND (expires_at, lock_id) > ($2, $3) ORDER BY expires_at, lock_id LIMIT $4",
    4,
    {TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID, INT4OID}};

struct Found {
  Uuid tenant_id;
  Uuid lock_id;
  std::int64_t version;
  Instant expires_at;
  LockKind queue;
  Uuid queued_for;
};

// Its room's, where it has one; else its reservation's. Not its type's, which others share.
Found found_in(std::uint64_t row) {
  const bool has_room = !is_null(row, 3);
  return {uuid_value(value(row, 0, UUIDOID)),
          uuid_value(value(row, 1, UUIDOID)),
          bigint_value(row, 4),
          DatumGetTimestampTz(value(row, 5, TIMESTAMPTZOID)),
          has_room ? kRoomQueue : kReservationQueue,
          uuid_value(value(row, has_room ? 3 : 2, UUIDOID))};
}

int find_expired(Instant now, const Found& after, Found* found) {
  Parameters parameters;
  parameters.add(TimestampTzGetDatum(now));
  parameters.add(TimestampTzGetDatum(after.expires_at));
  parameters.add(uuid_datum(after.lock_id));
  parameters.add_int(kAtOnce);
  const auto count = static_cast<int>(run_with_latest_snapshot(select_expired, parameters));
  for (int i = 0; i < count; ++i) found[i] = found_in(static_cast<std::uint64_t>(i));
  return count;
}

bool try_end(const Found& found) {
  if (!try_to_enter_tenant(found.tenant_id) || !try_queue(found.queue, found.tenant_id, found.queued_for))
    return false;
  const LockRows held = locks_named(found.tenant_id, &found.lock_id, 1);
  // Another version may be in another room, and may last.
  if (held.count == 0 || held.rows[0].version != found.version) return false;
  delete_lock(found.tenant_id, held.rows[0]);
  append_event(found.tenant_id, held.rows[0], "expired", {held.rows[0].held.key, {}, {}, {}, Datum{0}},
               GetCurrentTimestamp());
  return true;
}

// A part of what one transaction may hold: that of maintain() may be long, and others come to what it holds.
bool may_hold_more() {
  return counted_locks() < most_counted_locks() / 4;
}

Datum end_expired_of(FunctionCallInfo fcinfo) {
  const std::int32_t most = PG_GETARG_INT32(0);
  if (most < 1) refuse("22023", "max must be 1 or more");
  return Int32GetDatum(end_expired(most));
}

}  // namespace

int end_expired(int most) {
  PreventCommandIfReadOnly("end_expired");
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  const Instant now = GetCurrentTimestamp();
  Found found[kAtOnce];
  Found last = {};
  last.expires_at = DT_NOBEGIN;
  int ended = 0;
  for (int count = kAtOnce; count == kAtOnce && ended < most && may_hold_more();) {
    count = find_expired(now, last, found);
    for (int i = 0; i < count && ended < most && may_hold_more(); ++i) {
      CHECK_FOR_INTERRUPTS();
      if (try_end(found[i])) ++ended;
    }
    if (count > 0) last = found[count - 1];
  }
  resume_planner(planner);
  close_session(session);
  return ended;
}

}  // namespace command_center::guard

extern "C" {
PG_FUNCTION_INFO_V1(availability_guard_end_expired);
}

Datum availability_guard_end_expired(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::end_expired_of(fcinfo); });
}
