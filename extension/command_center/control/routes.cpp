// Adds routes, changes them one version at a time, and removes them.
#include <string>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/arguments.hpp"
#include "extension/command_center/catalogue/generation.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/control/route_policy.hpp"
#include "extension/command_center/new_uuid.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/command_center/refusal.hpp"
#include "extension/command_center/spi.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int {
  kCommandName,
  kPolicy,
  kTenantId,
  kPropertyId,
  kEnvironment,
  kStatus,
  kExpectedVersion
};

constexpr std::size_t kMaxEnvironment = 63;

Statement lock_routes = {"LOCK TABLE command_center.command_routes IN SHARE ROW EXCLUSIVE MODE", 0, {}};

Statement select_command = {
    "SELECT FROM command_center.command_templates WHERE command_name = $1 LIMIT 1", 1, {TEXTOID}};

Statement select_unknown_services = {
    "SELECT named.location, named.service_id FROM ("
    " SELECT '/targets/' || ordinality - 1 || '/serviceId' AS location, target ->> 'serviceId' AS service_id"
    "  FROM jsonb_array_elements($1 -> 'targets') WITH ORDINALITY AS listed(target, ordinality)"
    " UNION ALL SELECT '/also/' || ordinality - 1, service_id"
    "  FROM jsonb_array_elements_text($1 -> 'also') WITH ORDINALITY AS listed(service_id, ordinality)"
    " UNION ALL SELECT '/fallback', $1 ->> 'fallback' WHERE $1 ->> 'fallback' IS NOT NULL) AS named"
    " WHERE NOT EXISTS (SELECT FROM command_center.services AS known WHERE known.service_id = "
    "named.service_id)"
    " ORDER BY named.location",
    1,
    {JSONBOID}};

Statement select_route = {
    "SELECT route_id, version, to_jsonb(route) FROM command_center.command_routes AS route"
    " WHERE command_name = $1 AND tenant_id IS NOT DISTINCT FROM $2 AND property_id IS NOT DISTINCT FROM $3"
    " AND environment IS NOT DISTINCT FROM $4",
    4,
    {TEXTOID, UUIDOID, UUIDOID, TEXTOID}};

Statement insert_route = {
    "INSERT INTO command_center.command_routes AS route"
    " (command_name, tenant_id, property_id, environment, policy, status, route_id)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING to_jsonb(route)",
    7,
    {TEXTOID, UUIDOID, UUIDOID, TEXTOID, JSONBOID, TEXTOID, UUIDOID}};

Statement update_route = {
    "UPDATE command_center.command_routes AS route"
    " SET policy = $2, status = $3, version = version + 1, changed_at = now()"
    " WHERE route_id = $1 AND (policy, status) IS DISTINCT FROM ($2, $3) RETURNING to_jsonb(route)",
    3,
    {UUIDOID, JSONBOID, TEXTOID}};

Statement delete_route = {"DELETE FROM command_center.command_routes WHERE route_id = $1", 1, {UUIDOID}};

// KC013 with the services that do not exist; the session's last result lists them.
void refuse_unknown_services(std::uint64_t count) {
  StringInfoData detail;
  initStringInfo(&detail);
  for (std::uint64_t row = 0; row < count; ++row) {
    appendStringInfoString(&detail, row == 0 ? "[{\"location\": " : ", {\"location\": ");
    escape_json(&detail, text_value(row, 0));
    appendStringInfoString(&detail, ", \"error\": ");
    escape_json(&detail, psprintf("service \"%s\" does not exist", text_value(row, 1)));
    appendStringInfoChar(&detail, '}');
  }
  appendStringInfoChar(&detail, ']');
  refuse("KC013", "route policy names unknown services", detail.data,
         "Add them with command_center.set_service().");
}

void check_arguments(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kCommandName, "command_name");
  require_argument(fcinfo, kPolicy, "policy");
  require_argument(fcinfo, kStatus, "status");
  const std::string_view status = text_argument(fcinfo, kStatus);
  if (status != "draft" && status != "active" && status != "retired") {
    refuse("KC013", "status of a route must be draft, active or retired");
  }
  if (!PG_ARGISNULL(kEnvironment))
    check_name(text_argument(fcinfo, kEnvironment), kMaxEnvironment, "environment");
}

void add_argument(Parameters& parameters, FunctionCallInfo fcinfo, int argument) {
  if (PG_ARGISNULL(argument)) {
    parameters.add_null();
  } else {
    parameters.add(PG_GETARG_DATUM(argument));
  }
}

// A route is for one tenant, or for every tenant.
void check_scope(FunctionCallInfo fcinfo, int tenant_id) {
  if (PG_ARGISNULL(tenant_id)) {
    check_every_tenant();
  } else {
    check_tenant(uuid_argument(fcinfo, tenant_id));
  }
}

void check_version(FunctionCallInfo fcinfo, int expected_version, int current) {
  if (PG_ARGISNULL(expected_version) || PG_GETARG_INT32(expected_version) == current) return;
  refuse("KC006", psprintf("route has version %d, not %d", current, PG_GETARG_INT32(expected_version)),
         psprintf("{\"version\": %d}", current),
         "Read the route again and decide anew; version 0 means that there is none.");
}

// A route as it is; version 0: there is none.
struct Route {
  identifiers::Uuid route_id;
  int version;
  Datum row;  // jsonb
};

Route find_route(const Parameters& scope) {
  if (run(select_route, scope) == 0) return {};
  return {uuid_value(value(0, 0)), int_value(0, 1), value(0, 2)};
}

const char* audited_object(FunctionCallInfo fcinfo) {
  return psprintf("route of %s", text_to_cstring(PG_GETARG_TEXT_PP(kCommandName)));
}

// The new row.
Datum insert(Parameters row, FunctionCallInfo fcinfo, const identifiers::Uuid& route_id) {
  add_argument(row, fcinfo, kPolicy);
  add_argument(row, fcinfo, kStatus);
  row.add(uuid_datum(route_id));
  (void)run(insert_route, row);
  return value(0, 0);
}

// The new row, or 0 when it would be the same.
Datum update(FunctionCallInfo fcinfo, const identifiers::Uuid& route_id) {
  Parameters change;
  change.add(uuid_datum(route_id));
  add_argument(change, fcinfo, kPolicy);
  add_argument(change, fcinfo, kStatus);
  return run(update_route, change) > 0 ? value(0, 0) : Datum{0};
}

Route write_route(FunctionCallInfo fcinfo) {
  Parameters scope;
  for (const Argument argument : {kCommandName, kTenantId, kPropertyId, kEnvironment})
    add_argument(scope, fcinfo, argument);
  Route route = find_route(scope);
  check_version(fcinfo, kExpectedVersion, route.version);
  const Datum before = route.row;
  if (route.version == 0) {
    route.route_id = new_uuid(GetCurrentTimestamp());
    route.row = insert(scope, fcinfo, route.route_id);
  } else {
    route.row = update(fcinfo, route.route_id);
    if (route.row == Datum{0}) return route;
  }
  ++route.version;
  audit("set_route", audited_object(fcinfo), before, route.row);
  announce_catalogue_change("command_routes");
  return route;
}

Datum answer(FunctionCallInfo fcinfo, const Route& route) {
  TupleDesc row_type = nullptr;
  if (get_call_result_type(fcinfo, nullptr, &row_type) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "the function must return a row");
  Datum values[] = {uuid_datum(route.route_id), Int32GetDatum(route.version)};
  bool nulls[] = {false, false};
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row_type), values, nulls));
}

void check_command_exists(FunctionCallInfo fcinfo) {
  Parameters command;
  add_argument(command, fcinfo, kCommandName);
  if (run(select_command, command) > 0) return;
  refuse("KC002",
         psprintf("command \"%s\" does not exist", text_to_cstring(PG_GETARG_TEXT_PP(kCommandName))));
}

Datum set_route(FunctionCallInfo fcinfo) {
  check_arguments(fcinfo);
  check_policy(jsonb_text(PG_GETARG_DATUM(kPolicy)));
  check_scope(fcinfo, kTenantId);

  const OwnerSession session = open_session();
  (void)run(lock_routes, Parameters());
  check_command_exists(fcinfo);
  Parameters policy;
  add_argument(policy, fcinfo, kPolicy);
  if (const std::uint64_t unknown = run(select_unknown_services, policy); unknown > 0)
    refuse_unknown_services(unknown);
  const Route written = write_route(fcinfo);
  close_session(session);
  return answer(fcinfo, written);
}

// The arguments of remove_route.
enum RemovalArgument : int { kOfCommand, kOfTenant, kOfProperty, kOfEnvironment, kExpected };

Datum remove_route(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kOfCommand, "command_name");
  check_scope(fcinfo, kOfTenant);

  const OwnerSession session = open_session();
  (void)run(lock_routes, Parameters());
  Parameters scope;
  for (const int argument : {kOfCommand, kOfTenant, kOfProperty, kOfEnvironment})
    add_argument(scope, fcinfo, argument);
  const Route route = find_route(scope);
  if (route.version == 0) {
    refuse(
        "KC002",
        psprintf("command \"%s\" has no route of this scope", text_to_cstring(PG_GETARG_TEXT_PP(kOfCommand))),
        nullptr, "command_center.list_routes() has them; NULL in a scope is one of its own.");
  }
  check_version(fcinfo, kExpected, route.version);
  Parameters removed;
  removed.add(uuid_datum(route.route_id));
  (void)run(delete_route, removed);
  audit("remove_route", audited_object(fcinfo), route.row, Datum{0});
  announce_catalogue_change("command_routes");
  close_session(session);
  return answer(fcinfo, route);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_set_route);
PG_FUNCTION_INFO_V1(command_center_remove_route);
}

Datum command_center_set_route(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::set_route(fcinfo); });
}

Datum command_center_remove_route(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::remove_route(fcinfo); });
}
