// Removes services that nothing names.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// Whose route it is says nothing here: the caller need not act for that tenant.
Statement select_uses = {
    kInstallation,
    "SELECT jsonb_agg(use.what ORDER BY use.what ->> 'command' COLLATE \"C\", use.what::text COLLATE \"C\") "
    "FROM ("
    " SELECT jsonb_build_object('command', command_name, 'version', version) AS what"
    "  FROM command_center.command_templates WHERE default_target = $1"
    " UNION SELECT jsonb_build_object('command', command_name, 'routeStatus', status)"
    "  FROM command_center.command_routes"
    "  WHERE policy ->> 'fallback' = $1 OR policy -> 'also' ? $1"
    "   OR policy -> 'targets' @> jsonb_build_array(jsonb_build_object('serviceId', $1))) AS use",
    1,
    {TEXTOID}};

Statement delete_service = {
    kInstallation,
    "DELETE FROM command_center.services AS known WHERE service_id = $1 RETURNING to_jsonb(known)",
    1,
    {TEXTOID}};

Datum remove_service(FunctionCallInfo fcinfo) {
  const char* service_id = text_to_cstring(PG_GETARG_TEXT_PP(0));
  const OwnerSession session = open_session(kInstallation);
  // Against a command or route that begins to name the service meanwhile.
  for (const char* table : {"services", "command_templates", "command_routes"})
    lock_for_change(kInstallation, table);
  Parameters service;
  service.add(PG_GETARG_DATUM(0));
  if (run_with_latest_snapshot(select_uses, service) > 0 && !is_null(0, 0)) {
    refuse("KC015", psprintf("service \"%s\" is in use", service_id), text_value(0, 0),
           "Point these commands and routes to another service first, or set its status to down.");
  }
  const bool existed = change_with_latest_snapshot(delete_service, service) > 0;
  if (existed) {
    audit("remove_service", psprintf("service %s", service_id), value(0, 0, JSONBOID), Datum{0});
    announce_catalogue_change(kInstallation, "services");
  }
  close_session(session);
  return BoolGetDatum(existed);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_remove_service);
}

Datum command_center_remove_service(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::remove_service(fcinfo); });
}
