// Declares environments and takes them back.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/names.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kEnvironment, kIsOpen };

Statement select_environment = {
    kInstallation,
    "SELECT to_jsonb(known) FROM command_center.environments AS known WHERE environment = $1",
    1,
    {TEXTOID}};

// A NULL $2 leaves it as it is, and a new one is not open.
Statement upsert_environment = {
    kInstallation,
    "INSERT INTO command_center.environments AS known (environment, is_open) VALUES ($1, coalesce($2, false))"
    " ON CONFLICT (environment) DO UPDATE SET is_open = $2 WHERE known.is_open <> $2 RETURNING "
    "to_jsonb(known)",
    2,
    {TEXTOID, BOOLOID}};

Statement select_uses = {
    kInstallation,
    "SELECT jsonb_agg(use.what ORDER BY use.what::text COLLATE \"C\") FROM ("
    " SELECT jsonb_build_object('routeId', route_id, 'command', command_name) AS what"
    "  FROM command_center.command_routes WHERE environment = $1"
    " UNION ALL SELECT jsonb_build_object('featureId', feature_id, 'command', command_name)"
    "  FROM command_center.command_features WHERE environment = $1 LIMIT 100) AS use",
    1,
    {TEXTOID}};

Statement delete_environment = {
    kInstallation,
    "DELETE FROM command_center.environments AS known WHERE environment = $1 RETURNING to_jsonb(known)",
    1,
    {TEXTOID}};

void announce(const char* action, FunctionCallInfo fcinfo, Datum before, Datum after) {
  audit(action, psprintf("environment %s", text_to_cstring(PG_GETARG_TEXT_PP(kEnvironment))), before, after);
  announce_catalogue_change(kInstallation, "environments");
}

Datum set_environment(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kEnvironment, "environment");
  check_environment(text_argument(fcinfo, kEnvironment));
  (void)installed_relation(kInstallation, "environments");
  check_every_tenant();
  const OwnerSession session = open_session(kInstallation);
  lock_for_change(kInstallation, "environments");
  Parameters row;
  row.add_argument(fcinfo, kEnvironment);
  const Datum before =
      run_with_latest_snapshot(select_environment, row) > 0 ? value(0, 0, JSONBOID) : Datum{0};
  row.add_argument(fcinfo, kIsOpen);
  const bool changed = run(upsert_environment, row) > 0;
  if (changed) announce("set_environment", fcinfo, before, value(0, 0, JSONBOID));
  close_session(session);
  return BoolGetDatum(changed);
}

Datum remove_environment(FunctionCallInfo fcinfo) {
  (void)installed_relation(kInstallation, "environments");
  check_every_tenant();
  const OwnerSession session = open_session(kInstallation);
  // Against a route or a feature that begins to name it meanwhile.
  for (const char* table : {"command_routes", "command_features", "environments"})
    lock_for_change(kInstallation, table);
  Parameters environment;
  environment.add_argument(fcinfo, kEnvironment);
  if (run_with_latest_snapshot(select_uses, environment) > 0 && !is_null(0, 0)) {
    refuse("KC015",
           psprintf("environment \"%s\" is in use", text_to_cstring(PG_GETARG_TEXT_PP(kEnvironment))),
           text_value(0, 0), "Remove these routes and features first.");
  }
  const bool existed = change_with_latest_snapshot(delete_environment, environment) > 0;
  if (existed) announce("remove_environment", fcinfo, value(0, 0, JSONBOID), Datum{0});
  close_session(session);
  return BoolGetDatum(existed);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_set_environment);
PG_FUNCTION_INFO_V1(command_center_remove_environment);
}

Datum command_center_set_environment(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::set_environment(fcinfo); });
}

Datum command_center_remove_environment(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::remove_environment(fcinfo); });
}
