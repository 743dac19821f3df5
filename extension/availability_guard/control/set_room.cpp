// set_room: of which type and hotel a room is.
#include "extension/availability_guard/locks/queue.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

enum Argument : int { kTenantId, kRoomId, kRoomTypeId, kPropertyId };

Statement upsert_room = {
    kInstallation,
    "INSERT INTO availability_guard.rooms AS known (tenant_id, room_id, room_type_id, property_id)"
    " VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, room_id) DO UPDATE SET room_type_id = $3, property_id "
    "= $4"
    " WHERE (known.room_type_id, known.property_id) IS DISTINCT FROM ($3, $4)",
    4,
    {UUIDOID, UUIDOID, UUIDOID, UUIDOID}};

// In the room's queue, so that who judges a lock of it sees one type.
Datum set_room(FunctionCallInfo fcinfo) {
  PreventCommandIfReadOnly("set_room");
  require_argument(fcinfo, kTenantId, "tenant_id");
  require_argument(fcinfo, kRoomId, "room_id");
  require_argument(fcinfo, kRoomTypeId, "room_type_id");
  const identifiers::Uuid tenant_id = uuid_argument(fcinfo, kTenantId);
  extension::check_tenant(tenant_id);
  const OwnerSession session = open_session(kInstallation);
  enter_tenant(tenant_id);
  Ids room = make_ids(1);
  add(room, uuid_argument(fcinfo, kRoomId));
  queue_for(kRoomQueue, tenant_id, room);
  Parameters row;
  for (int i = kTenantId; i <= kPropertyId; ++i) row.add_argument(fcinfo, i);
  (void)change_under_lock(upsert_room, row);
  close_session(session);
  PG_RETURN_VOID();
}

}  // namespace
}  // namespace command_center::guard

extern "C" {
PG_FUNCTION_INFO_V1(availability_guard_set_room);
}

Datum availability_guard_set_room(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::set_room(fcinfo); });
}
