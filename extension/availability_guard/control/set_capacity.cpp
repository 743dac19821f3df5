// set_capacity: how many rooms of a type there are.
#include "extension/availability_guard/control/nights.hpp"
#include "extension/availability_guard/locks/queue.hpp"
#include "extension/availability_guard/locks/rows.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/core/inventory/capacity.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

using identifiers::Uuid;

enum Argument : int { kTenantId, kRoomTypeId, kNights, kCapacity, kOverbooking, kOutOfOrder };

constexpr std::int32_t kMostRooms = 1'000'000;

Statement upsert_nights = {
    kInstallation,
    "INSERT INTO availability_guard.type_nights AS known"
    " (tenant_id, room_type_id, night, capacity, overbooking, out_of_order)"
    " SELECT $1, $2, $3 + night, $5, $6, $7 FROM generate_series(0, $4 - $3 - 1) AS night"
    " ON CONFLICT (tenant_id, room_type_id, night) DO UPDATE SET capacity = $5, overbooking = $6, "
    "out_of_order = $7"
    " WHERE (known.capacity, known.overbooking, known.out_of_order) <> ($5, $6, $7)",
    7,
    {UUIDOID, UUIDOID, DATEOID, DATEOID, INT4OID, INT4OID, INT4OID}};

Statement delete_nights = {kInstallation,
                           "DELETE FROM availability_guard.type_nights"
                           " WHERE tenant_id = $1 AND room_type_id = $2 AND night >= $3 AND night < $4",
                           4,
                           {UUIDOID, UUIDOID, DATEOID, DATEOID}};

Parameters night_parameters(const Uuid& tenant_id, const Uuid& room_type_id, const inventory::Stay& nights) {
  Parameters parameters;
  parameters.add(uuid_datum(tenant_id));
  parameters.add(uuid_datum(room_type_id));
  parameters.add(DateADTGetDatum(date_of_day(nights.arrival)));
  parameters.add(DateADTGetDatum(date_of_day(nights.departure)));
  return parameters;
}

std::int32_t count_argument(FunctionCallInfo fcinfo, int argument, const char* name) {
  require_argument(fcinfo, argument, name);
  const std::int32_t count = PG_GETARG_INT32(argument);
  if (count < 0 || count > kMostRooms) refuse("22023", psprintf("%s must be 0 to %d", name, kMostRooms));
  return count;
}

void set_nights(FunctionCallInfo fcinfo, Parameters parameters) {
  if (PG_ARGISNULL(kCapacity)) {
    (void)change_under_lock(delete_nights, parameters);
    return;
  }
  parameters.add_int(count_argument(fcinfo, kCapacity, "capacity"));
  parameters.add_int(count_argument(fcinfo, kOverbooking, "overbooking"));
  parameters.add_int(count_argument(fcinfo, kOutOfOrder, "out_of_order"));
  (void)change_under_lock(upsert_nights, parameters);
}

int count_overcommitted(const Uuid& tenant_id, const Uuid& room_type_id, const inventory::Stay& nights) {
  const NightLimits limits = limits_of_type(tenant_id, room_type_id, nights);
  const Stays stays = stays_of_type(tenant_id, room_type_id, nights, GetCurrentTimestamp(), nullptr);
  auto* held = static_cast<std::int32_t*>(
      palloc0(sizeof(std::int32_t) * static_cast<std::size_t>(nights.departure - nights.arrival)));
  inventory::count_held(nights, stays.stays, stays.count, held);
  int found = 0;
  for (int i = 0; i < limits.count; ++i) {
    if (inventory::left_of(limits.limits[i], held[limits.limits[i].night - nights.arrival]) < 0) ++found;
  }
  return found;
}

Datum set_capacity(FunctionCallInfo fcinfo) {
  PreventCommandIfReadOnly("set_capacity");
  require_argument(fcinfo, kTenantId, "tenant_id");
  require_argument(fcinfo, kRoomTypeId, "room_type_id");
  require_argument(fcinfo, kNights, "nights");
  const Uuid tenant_id = uuid_argument(fcinfo, kTenantId);
  const Uuid room_type_id = uuid_argument(fcinfo, kRoomTypeId);
  extension::check_tenant(tenant_id);
  const inventory::Stay nights = nights_of(PG_GETARG_DATUM(kNights));
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  enter_tenant(tenant_id);
  Ids type = make_ids(1);
  add(type, room_type_id);
  queue_for(kTypeQueue, tenant_id, type);
  set_nights(fcinfo, night_parameters(tenant_id, room_type_id, nights));
  const int found = count_overcommitted(tenant_id, room_type_id, nights);
  resume_planner(planner);
  close_session(session);
  return Int32GetDatum(found);
}

}  // namespace
}  // namespace command_center::guard

extern "C" {
PG_FUNCTION_INFO_V1(availability_guard_set_capacity);
}

Datum availability_guard_set_capacity(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::set_capacity(fcinfo); });
}
