// Adds routes and changes them, one version at a time.
#include <cstring>
#include <string>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/arguments.hpp"
#include "extension/command_center/catalogue/generation.hpp"
#include "extension/command_center/new_uuid.hpp"
#include "extension/command_center/refusal.hpp"
#include "extension/command_center/spi.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/json/text_writer.hpp"
#include "extension/core/routing/policy.hpp"

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
    "SELECT route_id, version, policy = $5 AND status = $6 FROM command_center.command_routes"
    " WHERE command_name = $1 AND tenant_id IS NOT DISTINCT FROM $2 AND property_id IS NOT DISTINCT FROM $3"
    " AND environment IS NOT DISTINCT FROM $4",
    6,
    {TEXTOID, UUIDOID, UUIDOID, TEXTOID, JSONBOID, TEXTOID}};

Statement insert_route = {
    "INSERT INTO command_center.command_routes"
    " (command_name, tenant_id, property_id, environment, policy, status, route_id) VALUES ($1, $2, $3, $4, "
    "$5, $6, $7)",
    7,
    {TEXTOID, UUIDOID, UUIDOID, TEXTOID, JSONBOID, TEXTOID, UUIDOID}};

Statement update_route = {
    "UPDATE command_center.command_routes SET policy = $2, status = $3, version = version + 1, changed_at = "
    "now()"
    " WHERE route_id = $1",
    3,
    {UUIDOID, JSONBOID, TEXTOID}};

// C++ regime: KC013 with what is wrong with the policy.
void check_policy(std::string_view policy_text) {
  const routing::PolicyOutcome outcome = routing::parse_policy(policy_text);
  if (outcome.errors.empty()) return;
  std::string detail;
  json::TextWriter writer(detail);
  writer.begin_array();
  for (const routing::PolicyError& error : outcome.errors) {
    writer.begin_object();
    writer.member("location", error.location);
    writer.member("error", error.message);
    writer.end_object();
  }
  writer.end_array();
  throw Error(sqlstate::kDefinitionInvalid, "route policy is invalid", detail);
}

// The same for services that do not exist; the session's last result lists them.
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

void add_argument(Parameters& parameters, FunctionCallInfo fcinfo, Argument argument) {
  if (PG_ARGISNULL(argument)) {
    parameters.add_null();
  } else {
    parameters.add(PG_GETARG_DATUM(argument));
  }
}

void check_version(FunctionCallInfo fcinfo, int current) {
  if (PG_ARGISNULL(kExpectedVersion) || PG_GETARG_INT32(kExpectedVersion) == current) return;
  refuse("KC006", psprintf("route has version %d, not %d", current, PG_GETARG_INT32(kExpectedVersion)),
         psprintf("{\"version\": %d}", current),
         "Read the route again and decide anew; version 0 means that there is none.");
}

struct RouteVersion {
  identifiers::Uuid route_id;
  int version;
};

RouteVersion write_route(FunctionCallInfo fcinfo) {
  Parameters scope;
  for (const Argument argument : {kCommandName, kTenantId, kPropertyId, kEnvironment, kPolicy, kStatus}) {
    add_argument(scope, fcinfo, argument);
  }
  if (run(select_route, scope) == 0) {
    check_version(fcinfo, 0);
    const RouteVersion made = {new_uuid(GetCurrentTimestamp()), 1};
    scope.add(uuid_datum(made.route_id));
    (void)run(insert_route, scope);
    announce_catalogue_change("command_routes");
    return made;
  }
  RouteVersion known = {};
  const Datum route_id = value(0, 0);
  std::memcpy(known.route_id.bytes.data(), DatumGetUUIDP(route_id)->data, known.route_id.bytes.size());
  known.version = int_value(0, 1);
  check_version(fcinfo, known.version);
  if (bool_value(0, 2)) return known;
  Parameters change;
  change.add(uuid_datum(known.route_id));
  add_argument(change, fcinfo, kPolicy);
  add_argument(change, fcinfo, kStatus);
  (void)run(update_route, change);
  announce_catalogue_change("command_routes");
  ++known.version;
  return known;
}

Datum set_route(FunctionCallInfo fcinfo) {
  check_arguments(fcinfo);
  check_policy(jsonb_text(PG_GETARG_DATUM(kPolicy)));

  const OwnerSession session = open_session();
  (void)run(lock_routes, Parameters());
  Parameters command;
  add_argument(command, fcinfo, kCommandName);
  if (run(select_command, command) == 0) {
    refuse("KC002",
           psprintf("command \"%s\" does not exist", text_to_cstring(PG_GETARG_TEXT_PP(kCommandName))));
  }
  Parameters policy;
  add_argument(policy, fcinfo, kPolicy);
  if (const std::uint64_t unknown = run(select_unknown_services, policy); unknown > 0)
    refuse_unknown_services(unknown);
  const RouteVersion written = write_route(fcinfo);
  close_session(session);

  TupleDesc row_type = nullptr;
  if (get_call_result_type(fcinfo, nullptr, &row_type) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "set_route must return a row");
  Datum values[] = {uuid_datum(written.route_id), Int32GetDatum(written.version)};
  bool nulls[] = {false, false};
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row_type), values, nulls));
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_set_route);
}

Datum command_center_set_route(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::set_route(fcinfo); });
}
