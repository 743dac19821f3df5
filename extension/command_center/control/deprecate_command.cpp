// Takes commands out of use.
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

enum Argument : int { kCommandName, kExpectedVersion };

// The active version, else any: whether the command is known.
Statement select_version = {
    kInstallation,
    "SELECT version, status = 'active', to_jsonb(template) FROM command_center.command_templates AS template"
    " WHERE command_name = $1 ORDER BY status = 'active' DESC LIMIT 1",
    1,
    {TEXTOID}};

Statement deprecate_version = {kInstallation,
                               "UPDATE command_center.command_templates AS template SET status = 'deprecated'"
                               " WHERE command_name = $1 AND version = $2 RETURNING to_jsonb(template)",
                               2,
                               {TEXTOID, INT4OID}};

void check_version(FunctionCallInfo fcinfo, const char* name, int active) {
  if (PG_ARGISNULL(kExpectedVersion) || PG_GETARG_INT32(kExpectedVersion) == active) return;
  refuse("KC006",
         active == 0 ? psprintf("command \"%s\" has no active version", name)
                     : psprintf("command \"%s\" has the active version %d, not %d", name, active,
                                PG_GETARG_INT32(kExpectedVersion)),
         psprintf("{\"version\": %d}", active));
}

Datum deprecate_command(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kCommandName, "command_name");
  const char* name = text_to_cstring(PG_GETARG_TEXT_PP(kCommandName));
  const OwnerSession session = open_session(kInstallation);
  lock_for_change(kInstallation, "command_templates");
  Parameters command;
  command.add(PG_GETARG_DATUM(kCommandName));
  if (run_with_latest_snapshot(select_version, command) == 0)
    refuse("KC002", psprintf("command \"%s\" does not exist", name));
  const int active = bool_value(0, 1) ? int_value(0, 0) : 0;
  const Datum before = value(0, 2, JSONBOID);
  check_version(fcinfo, name, active);
  if (active > 0) {
    command.add_int(active);
    (void)change_with_latest_snapshot(deprecate_version, command);
    audit("deprecate_command", psprintf("command %s", name), before, value(0, 0, JSONBOID));
    announce_catalogue_change(kInstallation, "command_templates");
  }
  close_session(session);
  fcinfo->isnull = active == 0;
  return Int32GetDatum(active);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_deprecate_command);
}

Datum command_center_deprecate_command(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::deprecate_command(fcinfo); });
}
