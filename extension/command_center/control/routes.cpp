// Adds routes, changes them one version at a time, and removes them.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/definition_check.hpp"
#include "extension/command_center/control/scoped_rows.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/names.hpp"
#include "extension/command_center/permissions/environments.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/refusal.hpp"

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

Statement select_unknown_services = {
    kInstallation,
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

ScopedTable routes = {
    "command_routes",
    "route",
    {kInstallation,
     "SELECT route_id, version, to_jsonb(route) FROM command_center.command_routes AS route"
     " WHERE command_name = $1 AND tenant_id IS NOT DISTINCT FROM $2 AND property_id IS NOT DISTINCT FROM $3"
     " AND environment IS NOT DISTINCT FROM $4",
     4,
     {TEXTOID, UUIDOID, UUIDOID, TEXTOID}},
    {kInstallation,
     "INSERT INTO command_center.command_routes AS route"
     " (command_name, tenant_id, property_id, environment, policy, status, route_id)"
     " VALUES ($1, $2, $3, $4, $5, coalesce($6, 'active'), $7) RETURNING to_jsonb(route)",
     7,
     {TEXTOID, UUIDOID, UUIDOID, TEXTOID, JSONBOID, TEXTOID, UUIDOID}},
    {kInstallation,
     "UPDATE command_center.command_routes AS route"
     " SET policy = coalesce($2, policy), status = coalesce($3, status), version = version + 1, changed_at = "
     "now()"
     " WHERE route_id = $1 AND (policy, status) IS DISTINCT FROM (coalesce($2, policy), coalesce($3, status))"
     " RETURNING to_jsonb(route)",
     3,
     {UUIDOID, JSONBOID, TEXTOID}},
    {kInstallation, "DELETE FROM command_center.command_routes WHERE route_id = $1", 1, {UUIDOID}}};

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
  const std::string_view status = text_argument(fcinfo, kStatus);
  if (!PG_ARGISNULL(kStatus) && status != "draft" && status != "active" && status != "retired") {
    refuse("KC013", "status of a route must be draft, active or retired");
  }
  if (!PG_ARGISNULL(kEnvironment)) check_environment(text_argument(fcinfo, kEnvironment));
}

void check_services_exist(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(kPolicy)) return;
  Parameters policy;
  policy.add_argument(fcinfo, kPolicy);
  const std::uint64_t unknown = run_with_latest_snapshot(select_unknown_services, policy);
  if (unknown > 0) refuse_unknown_services(unknown);
}

// Without one a policy can only be kept.
[[noreturn]] void refuse_without_policy(FunctionCallInfo fcinfo) {
  refuse(
      "KC002",
      psprintf("command \"%s\" has no route of this scope", text_to_cstring(PG_GETARG_TEXT_PP(kCommandName))),
      nullptr, "A NULL policy keeps that of the route; give one to make a route.");
}

Datum set_route(FunctionCallInfo fcinfo) {
  check_arguments(fcinfo);
  if (!PG_ARGISNULL(kPolicy)) check_policy(jsonb_text(PG_GETARG_DATUM(kPolicy)));
  check_scope(fcinfo, kTenantId);

  Parameters scope;
  for (const Argument argument : {kCommandName, kTenantId, kPropertyId, kEnvironment})
    scope.add_argument(fcinfo, argument);
  Parameters contents;
  for (const Argument argument : {kPolicy, kStatus}) contents.add_argument(fcinfo, argument);
  const OwnerSession session = open_session(kInstallation);
  check_command_exists(fcinfo, kCommandName);
  // From here on remove_service and remove_environment wait, and see the route.
  lock_for_change(kInstallation, routes.name);
  check_is_declared(fcinfo, kEnvironment);
  check_services_exist(fcinfo);
  if (PG_ARGISNULL(kPolicy) && lock_scoped_row(routes, scope).version == 0) refuse_without_policy(fcinfo);
  const ScopedRow written =
      put_scoped_row(routes, scope, contents, expected_version(fcinfo, kExpectedVersion),
                     {"set_route", scoped_object(fcinfo, routes.noun, kCommandName,
                                                 {{"tenant", kTenantId, UUIDOID},
                                                  {"property", kPropertyId, UUIDOID},
                                                  {"environment", kEnvironment, TEXTOID}})});
  close_session(session);
  return version_row(fcinfo, written);
}

// The arguments of remove_route.
enum RemovalArgument : int { kOfCommand, kOfTenant, kOfProperty, kOfEnvironment, kExpected };

Datum remove_route(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kOfCommand, "command_name");
  check_scope(fcinfo, kOfTenant);

  Parameters scope;
  for (const int argument : {kOfCommand, kOfTenant, kOfProperty, kOfEnvironment})
    scope.add_argument(fcinfo, argument);
  const OwnerSession session = open_session(kInstallation);
  const ScopedRow route = lock_scoped_row(routes, scope);
  if (route.version == 0) {
    refuse(
        "KC002",
        psprintf("command \"%s\" has no route of this scope", text_to_cstring(PG_GETARG_TEXT_PP(kOfCommand))),
        nullptr, "command_center.list_routes() has them; NULL in a scope is one of its own.");
  }
  remove_scoped_row(routes, route, expected_version(fcinfo, kExpected),
                    {"remove_route", scoped_object(fcinfo, routes.noun, kOfCommand,
                                                   {{"tenant", kOfTenant, UUIDOID},
                                                    {"property", kOfProperty, UUIDOID},
                                                    {"environment", kOfEnvironment, TEXTOID}})});
  close_session(session);
  return version_row(fcinfo, route);
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
