// release_room and bulk_release: locks end before their time.
#include "extension/availability_guard/locks/held_locks.hpp"
#include "extension/availability_guard/locks/outcome.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

using identifiers::Uuid;
using inventory::Instant;

enum Argument : int { kTenantId, kLockId, kReservationId, kReason, kVersion };
enum BulkArgument : int { kLockIds = 1, kBulkReason };

constexpr int kMostReleased = 256;
constexpr std::size_t kMaxReason = 2000;

std::string_view reason_argument(FunctionCallInfo fcinfo, int argument) {
  const std::string_view reason = text_argument(fcinfo, argument);
  if (reason.size() > kMaxReason)
    refuse("22023", psprintf("reason must be %d bytes at most", static_cast<int>(kMaxReason)));
  return reason;
}

// Ends them all, and answers those that were held until now: of what has expired only the row was left.
LockRows end_all(const Uuid& tenant_id, const LockRows& found, std::string_view reason, Instant now) {
  LockRows held = {found.rows, 0};
  for (int i = 0; i < found.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const LockRow row = found.rows[i];
    delete_lock(tenant_id, row);
    if (inventory::has_expired(row.held.expires_at, now)) {
      append_event(tenant_id, row, "expired", {row.held.key, {}, {}, {}, Datum{0}}, now);
    } else {
      append_event(tenant_id, row, "released", {row.held.key, {}, reason, {}, Datum{0}}, now);
      held.rows[held.count++] = row;
    }
  }
  return held;
}

LockRows end_lock(FunctionCallInfo fcinfo, const Uuid& tenant_id, std::string_view reason) {
  const Uuid lock_id = uuid_argument(fcinfo, kLockId);
  const LockRows found = queue_for_locks(tenant_id, &lock_id, 1);
  if (found.count == 0) refuse_not_held(lock_id);
  const Instant now = GetCurrentTimestamp();
  check_not_expired(found.rows[0], now);
  if (!PG_ARGISNULL(kVersion)) check_version(found.rows[0], PG_GETARG_INT64(kVersion));
  return end_all(tenant_id, found, reason, now);
}

LockRows end_reservation(const Uuid& tenant_id, const Uuid& reservation_id, std::string_view reason) {
  const LockRows found = queue_for_locks_of_reservation(tenant_id, reservation_id);
  return end_all(tenant_id, found, reason, GetCurrentTimestamp());
}

void check_arguments(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kTenantId, "tenant_id");
  if (PG_ARGISNULL(kLockId) && PG_ARGISNULL(kReservationId))
    refuse("22004", "lock_id or reservation_id must not be null");
  if (!PG_ARGISNULL(kLockId) && !PG_ARGISNULL(kReservationId))
    refuse("22023", "lock_id and reservation_id cannot both be given");
  if (!PG_ARGISNULL(kVersion) && (PG_ARGISNULL(kLockId) || PG_GETARG_INT64(kVersion) < 1))
    refuse("22023", "version goes with a lock_id, and must be 1 or more");
}

Datum release_room(FunctionCallInfo fcinfo) {
  PreventCommandIfReadOnly("release_room");
  open_outcomes(fcinfo);
  check_arguments(fcinfo);
  const std::string_view reason = reason_argument(fcinfo, kReason);
  const Uuid tenant_id = uuid_argument(fcinfo, kTenantId);
  extension::check_tenant(tenant_id);
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  const LockRows ended = PG_ARGISNULL(kLockId)
                             ? end_reservation(tenant_id, uuid_argument(fcinfo, kReservationId), reason)
                             : end_lock(fcinfo, tenant_id, reason);
  for (int i = 0; i < ended.count; ++i) put_outcome(fcinfo, outcome_of("RELEASED", ended.rows[i]));
  resume_planner(planner);
  close_session(session);
  return Datum{0};
}

struct LockIds {
  Uuid* ids;
  int count;
};

LockIds ids_argument(FunctionCallInfo fcinfo) {
  Datum* elements = nullptr;
  bool* nulls = nullptr;
  int count = 0;
  deconstruct_array(PG_GETARG_ARRAYTYPE_P(kLockIds), UUIDOID, UUID_LEN, false, TYPALIGN_CHAR, &elements,
                    &nulls, &count);
  if (count > kMostReleased) {
    refuse("KC014", psprintf("%d locks are above the limit of %d", count, kMostReleased), nullptr,
           "Use several calls, each in a transaction of its own.");
  }
  LockIds found = {static_cast<Uuid*>(palloc(sizeof(Uuid) * static_cast<std::size_t>(count + 1))), 0};
  for (int i = 0; i < count; ++i) {
    if (!nulls[i]) found.ids[found.count++] = uuid_value(elements[i]);
  }
  return found;
}

Datum bulk_release(FunctionCallInfo fcinfo) {
  PreventCommandIfReadOnly("bulk_release");
  require_argument(fcinfo, kTenantId, "tenant_id");
  require_argument(fcinfo, kLockIds, "lock_ids");
  const std::string_view reason = reason_argument(fcinfo, kBulkReason);
  const Uuid tenant_id = uuid_argument(fcinfo, kTenantId);
  extension::check_tenant(tenant_id);
  const LockIds ids = ids_argument(fcinfo);
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  const LockRows found = queue_for_locks(tenant_id, ids.ids, ids.count);
  const LockRows ended = end_all(tenant_id, found, reason, GetCurrentTimestamp());
  resume_planner(planner);
  close_session(session);
  return Int32GetDatum(ended.count);
}

}  // namespace
}  // namespace command_center::guard

extern "C" {
PG_FUNCTION_INFO_V1(availability_guard_release_room);
PG_FUNCTION_INFO_V1(availability_guard_bulk_release);
}

Datum availability_guard_release_room(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::release_room(fcinfo); });
}

Datum availability_guard_bulk_release(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::bulk_release(fcinfo); });
}
