// get_lock, availability, overcommitted_nights and verify: each one statement, with the newest snapshot. What
// is answered is what lock_room would find, whatever the isolation of the caller's transaction.
#include "extension/availability_guard/control/nights.hpp"
#include "extension/availability_guard/locks/held_locks.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

Statement select_lock = {
    kInstallation,
    "SELECT lock_id, reservation_id, nullif(line, ''), room_type_id, coalesce(room_id, wanted_room_id), "
    "stay, hold,"
    " version, expires_at, lock_key, property_id, locked_at FROM availability_guard.inventory_locks"
    " WHERE tenant_id = $1 AND lock_id = $2 AND expires_at > clock_timestamp()",
    2,
    {UUIDOID, UUIDOID}};

// What has expired counts for nothing, whether it is there or not.
#define GUARD_COUNTS "hold <> 'tentative' AND mode = 'enforce' AND expires_at > clock_timestamp()"

Statement select_availability = {
    kInstallation,
    "WITH night AS (SELECT $3 + number AS night FROM generate_series(0, $4 - $3 - 1) AS number),"
    " held AS (SELECT night.night, count(*)::integer AS held FROM availability_guard.inventory_locks AS lock"
    "  JOIN night ON lock.stay @> night.night"
    "  WHERE tenant_id = $1 AND room_type_id = $2 AND lower(stay) < $4 AND upper(stay) > $3 AND " GUARD_COUNTS
    "  GROUP BY night.night)"
    " SELECT night.night, known.capacity, known.overbooking, known.out_of_order, coalesce(held.held, 0),"
    " known.capacity + known.overbooking - known.out_of_order - coalesce(held.held, 0)"
    " FROM night LEFT JOIN held ON held.night = night.night"
    " LEFT JOIN availability_guard.type_nights AS known"
    "  ON known.tenant_id = $1 AND known.room_type_id = $2 AND known.night = night.night ORDER BY "
    "night.night",
    4,
    {UUIDOID, UUIDOID, DATEOID, DATEOID}};

// Zones are a day apart at most: what is yesterday somewhere is last night elsewhere.
Statement select_overcommitted = {
    kInstallation,
    "SELECT known.room_type_id, known.night, known.capacity, known.overbooking, known.out_of_order, held.held"
    " FROM availability_guard.type_nights AS known CROSS JOIN LATERAL (SELECT count(*)::integer AS held"
    "  FROM availability_guard.inventory_locks AS lock WHERE lock.tenant_id = $1"
    "   AND lock.room_type_id = known.room_type_id AND lower(lock.stay) <= known.night"
    "   AND upper(lock.stay) > known.night AND " GUARD_COUNTS
    ") AS held"
    " WHERE known.tenant_id = $1 AND known.night >= (clock_timestamp() AT TIME ZONE 'UTC')::date - 1"
    "  AND held.held > known.capacity + known.overbooking - known.out_of_order"
    " ORDER BY known.room_type_id, known.night",
    1,
    {UUIDOID}};

// The last event of each lock, and each lock: a full join, so that what only one of them knows is found.
// Locks whose last event is past its retention have none.
Statement select_broken = {
    kInstallation,
    "SELECT 'no_overlap', one.tenant_id, one.lock_id, jsonb_build_object('other', other.lock_id)"
    " FROM availability_guard.inventory_locks AS one JOIN availability_guard.inventory_locks AS other"
    "  ON other.tenant_id = one.tenant_id AND other.room_id = one.room_id AND other.mode = one.mode"
    "  AND other.lock_id > one.lock_id AND other.stay && one.stay"
    " UNION ALL SELECT 'one_key', tenant_id, (array_agg(lock_id ORDER BY lock_id))[1],"
    "  jsonb_build_object('locks', count(*)) FROM availability_guard.inventory_locks WHERE lock_key IS NOT "
    "NULL AND expires_at > clock_timestamp()"
    "  GROUP BY tenant_id, reservation_id, mode, lock_key HAVING count(*) > 1"
    " UNION ALL (WITH last AS (SELECT DISTINCT ON (tenant_id, lock_id) * FROM availability_guard.lock_events"
    "   ORDER BY tenant_id, lock_id, version DESC, kind IN ('released', 'expired') DESC, event_id DESC)"
    "  SELECT CASE WHEN last.kind IN ('released', 'expired') THEN 'ended' ELSE 'history' END,"
    "   coalesce(last.tenant_id, held.tenant_id), coalesce(last.lock_id, held.lock_id),"
    "   jsonb_build_object('version', held.version, 'recorded', last.version, 'kind', last.kind)"
    "  FROM last FULL JOIN availability_guard.inventory_locks AS held"
    "   ON held.tenant_id = last.tenant_id AND held.lock_id = last.lock_id"
    "  WHERE CASE WHEN last.lock_id IS NULL THEN held.locked_at > clock_timestamp() - interval '80 days'"
    "   WHEN held.lock_id IS NULL THEN last.kind NOT IN ('released', 'expired')"
    "   WHEN last.kind IN ('released', 'expired') THEN true"
    "   ELSE (held.version, held.reservation_id, held.line, held.room_type_id, lower(held.stay), "
    "upper(held.stay),"
    "    held.hold, held.expires_at) <> (last.version, last.reservation_id, last.line, last.room_type_id,"
    "    last.stay_start, last.stay_end, last.hold, last.expires_at)"
    "    OR coalesce(held.room_id, held.wanted_room_id) IS DISTINCT FROM last.room_id END)"
    " ORDER BY 1, 2, 3",
    0,
    {}};

ReturnSetInfo* result_of(FunctionCallInfo fcinfo) {
  return reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
}

void answer_rows(FunctionCallInfo fcinfo, Statement& statement, const Parameters& parameters) {
  const OwnerSession session = open_session(kInstallation);
  (void)run_with_latest_snapshot(statement, parameters);
  put_rows(result_of(fcinfo));
  close_session(session);
}

Datum get_lock(FunctionCallInfo fcinfo) {
  InitMaterializedSRF(fcinfo, 0);
  extension::check_tenant(uuid_argument(fcinfo, 0));
  Parameters parameters;
  parameters.add_argument(fcinfo, 0);
  parameters.add_argument(fcinfo, 1);
  const OwnerSession session = open_session(kInstallation);
  if (run_with_latest_snapshot(select_lock, parameters) == 0) refuse_not_held(uuid_argument(fcinfo, 1));
  put_rows(result_of(fcinfo));
  close_session(session);
  return Datum{0};
}

Datum availability(FunctionCallInfo fcinfo) {
  InitMaterializedSRF(fcinfo, 0);
  extension::check_tenant(uuid_argument(fcinfo, 0));
  const inventory::Stay nights = nights_of(PG_GETARG_DATUM(2));
  Parameters parameters;
  parameters.add_argument(fcinfo, 0);
  parameters.add_argument(fcinfo, 1);
  parameters.add(DateADTGetDatum(date_of_day(nights.arrival)));
  parameters.add(DateADTGetDatum(date_of_day(nights.departure)));
  answer_rows(fcinfo, select_availability, parameters);
  return Datum{0};
}

Datum overcommitted_nights(FunctionCallInfo fcinfo) {
  InitMaterializedSRF(fcinfo, 0);
  extension::check_tenant(uuid_argument(fcinfo, 0));
  Parameters parameters;
  parameters.add_argument(fcinfo, 0);
  answer_rows(fcinfo, select_overcommitted, parameters);
  return Datum{0};
}

Datum verify(FunctionCallInfo fcinfo) {
  InitMaterializedSRF(fcinfo, 0);
  extension::check_every_tenant();
  answer_rows(fcinfo, select_broken, {});
  return Datum{0};
}

}  // namespace
}  // namespace command_center::guard

extern "C" {
PG_FUNCTION_INFO_V1(availability_guard_get_lock);
PG_FUNCTION_INFO_V1(availability_guard_availability);
PG_FUNCTION_INFO_V1(availability_guard_overcommitted_nights);
PG_FUNCTION_INFO_V1(availability_guard_verify);
}

Datum availability_guard_get_lock(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::get_lock(fcinfo); });
}

Datum availability_guard_availability(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::availability(fcinfo); });
}

Datum availability_guard_overcommitted_nights(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::guard::overcommitted_nights(fcinfo); });
}

Datum availability_guard_verify(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::verify(fcinfo); });
}
