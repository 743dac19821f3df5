// release_room and bulk_release: locks end before their time.
#include "extension/availability_guard/locks/outcome.hpp"
#include "extension/availability_guard/locks/releasing.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

using identifiers::Uuid;

enum Argument : int { kTenantId, kLockId, kReservationId, kReason, kVersion };
enum BulkArgument : int { kLockIds = 1, kBulkReason };

// What is said of a release.
Remarks remarks_argument(FunctionCallInfo fcinfo, int argument) {
  const std::string_view reason = text_argument(fcinfo, argument);
  check_reason(reason);
  return {{}, {}, reason, {}, Datum{0}};
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
  const Remarks remarks = remarks_argument(fcinfo, kReason);
  const Uuid tenant_id = uuid_argument(fcinfo, kTenantId);
  extension::check_tenant(tenant_id);
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  const LockRows ended = PG_ARGISNULL(kLockId)
                             ? release_reservation(tenant_id, uuid_argument(fcinfo, kReservationId), remarks)
                             : release_lock(tenant_id, uuid_argument(fcinfo, kLockId),
                                            PG_ARGISNULL(kVersion) ? 0 : PG_GETARG_INT64(kVersion), remarks);
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
  check_release_count(count);
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
  const Remarks remarks = remarks_argument(fcinfo, kBulkReason);
  const Uuid tenant_id = uuid_argument(fcinfo, kTenantId);
  extension::check_tenant(tenant_id);
  const LockIds ids = ids_argument(fcinfo);
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  const LockRows ended = release_many(tenant_id, ids.ids, ids.count, remarks);
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
