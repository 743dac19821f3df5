// set_property and set_guard: what a tenant's catalogue says.
#include "extension/availability_guard/installation.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/core/inventory/holds.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

Statement select_zone = {
    kInstallation, "SELECT FROM pg_catalog.pg_timezone_names WHERE name = $1", 1, {TEXTOID}};

Statement select_property = {kInstallation,
                             "SELECT to_jsonb(known) FROM availability_guard.properties AS known"
                             " WHERE tenant_id = $1 AND property_id = $2",
                             2,
                             {UUIDOID, UUIDOID}};

Statement upsert_property = {
    kInstallation,
    "INSERT INTO availability_guard.properties AS known (tenant_id, property_id, zone) VALUES ($1, $2, $3)"
    " ON CONFLICT (tenant_id, property_id) DO UPDATE SET zone = $3 WHERE known.zone <> $3"
    " RETURNING to_jsonb(known)",
    3,
    {UUIDOID, UUIDOID, TEXTOID}};

Statement select_settings = {kInstallation,
                             "SELECT to_jsonb(known) FROM availability_guard.guard_settings AS known"
                             " WHERE tenant_id = $1",
                             1,
                             {UUIDOID}};

Statement upsert_settings = {
    kInstallation,
    "INSERT INTO availability_guard.guard_settings AS known (tenant_id, default_ttl_seconds, max_ttl_seconds)"
    " VALUES ($1, $2, $3) ON CONFLICT (tenant_id) DO UPDATE SET default_ttl_seconds = $2, max_ttl_seconds = "
    "$3"
    " WHERE (known.default_ttl_seconds, known.max_ttl_seconds) <> ($2, $3) RETURNING to_jsonb(known)",
    3,
    {UUIDOID, INT4OID, INT4OID}};

// How one table of the catalogue is changed: `select` takes the first `key_count` arguments, `upsert` all
// three.
struct Change {
  const char* action;
  const char* table;
  const char* object;
  Statement& select;
  Statement& upsert;
  int key_count;
};

void change(FunctionCallInfo fcinfo, const Change& what) {
  lock_for_change(kInstallation, what.table);
  Parameters row;
  for (int i = 0; i < what.key_count; ++i) row.add_argument(fcinfo, i);
  const Datum before = run_with_latest_snapshot(what.select, row) > 0 ? value(0, 0, JSONBOID) : Datum{0};
  for (int i = what.key_count; i < 3; ++i) row.add_argument(fcinfo, i);
  if (change_with_latest_snapshot(what.upsert, row) == 0) return;
  extension::audit_of_other(what.action, what.object, before, value(0, 0, JSONBOID));
  announce_catalogue_change(kInstallation, what.table);
}

const char* id_text(FunctionCallInfo fcinfo, int argument) {
  return DatumGetCString(DirectFunctionCall1(uuid_out, PG_GETARG_DATUM(argument)));
}

void check_zone(FunctionCallInfo fcinfo) {
  Parameters zone;
  zone.add_argument(fcinfo, 2);
  if (run_with_latest_snapshot(select_zone, zone) > 0) return;
  refuse("22023", psprintf("time zone \"%s\" is not known", text_to_cstring(PG_GETARG_TEXT_PP(2))), nullptr,
         "pg_timezone_names lists those that are.");
}

Datum set_property(FunctionCallInfo fcinfo) {
  PreventCommandIfReadOnly("set_property");
  extension::check_tenant(uuid_argument(fcinfo, 0));
  const char* object = psprintf("property %s", id_text(fcinfo, 1));
  const OwnerSession session = open_session(kInstallation);
  check_zone(fcinfo);
  change(fcinfo,
         {"availability_guard.set_property", "properties", object, select_property, upsert_property, 2});
  close_session(session);
  PG_RETURN_VOID();
}

Datum set_guard(FunctionCallInfo fcinfo) {
  PreventCommandIfReadOnly("set_guard");
  extension::check_tenant(uuid_argument(fcinfo, 0));
  const std::int32_t by_default = PG_GETARG_INT32(1);
  const std::int32_t most = PG_GETARG_INT32(2);
  if (by_default < 1 || most < by_default || most > inventory::kLongestTtl) {
    refuse("22023", psprintf("a TTL must be 1 to %d seconds, and the default not above the maximum",
                             inventory::kLongestTtl));
  }
  const char* object = psprintf("guard of tenant %s", id_text(fcinfo, 0));
  const OwnerSession session = open_session(kInstallation);
  change(fcinfo,
         {"availability_guard.set_guard", "guard_settings", object, select_settings, upsert_settings, 1});
  close_session(session);
  PG_RETURN_VOID();
}

}  // namespace
}  // namespace command_center::guard

extern "C" {
PG_FUNCTION_INFO_V1(availability_guard_set_property);
PG_FUNCTION_INFO_V1(availability_guard_set_guard);
}

Datum availability_guard_set_property(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::set_property(fcinfo); });
}

Datum availability_guard_set_guard(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::set_guard(fcinfo); });
}
