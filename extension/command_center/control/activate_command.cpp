// Makes a version of a command the active one that was not: an earlier one again, or a draft.
#include <cstring>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/control/target_check.hpp"
#include "extension/command_center/control/template_check.hpp"
#include "extension/command_center/control/topic_use.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/validation/programs.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kCommandName, kVersion, kExpectedVersion };

Statement select_definition = {kInstallation,
                               "SELECT payload_schema, examples, partition_key, ordered"
                               " FROM command_center.command_templates"
                               " WHERE command_name = $1 AND version = $2",
                               2,
                               {TEXTOID, INT4OID}};

// The version that is asked for with its topic and target, and the one that is active.
Statement select_versions = {
    kInstallation,
    "SELECT asked.topic, coalesce(active.version, 0), to_jsonb(active), asked.default_target"
    " FROM command_center.command_templates AS asked LEFT JOIN command_center.command_templates AS active"
    "  ON active.command_name = asked.command_name AND active.status = 'active'"
    " WHERE asked.command_name = $1 AND asked.version = $2",
    2,
    {TEXTOID, INT4OID}};

Statement deprecate_active = {
    kInstallation,
    "UPDATE command_center.command_templates SET status = 'deprecated' WHERE command_name = $1 AND status = "
    "'active'",
    1,
    {TEXTOID}};

Statement activate_version = {kInstallation,
                              "UPDATE command_center.command_templates AS template SET status = 'active'"
                              " WHERE command_name = $1 AND version = $2 RETURNING to_jsonb(template)",
                              2,
                              {TEXTOID, INT4OID}};

const char* name_of(FunctionCallInfo fcinfo) {
  return text_to_cstring(PG_GETARG_TEXT_PP(kCommandName));
}

Parameters version_of(FunctionCallInfo fcinfo) {
  Parameters version;
  version.add_argument(fcinfo, kCommandName);
  version.add_argument(fcinfo, kVersion);
  return version;
}

// What is checked about the definition. Plain data in the calling context; a version never changes.
struct Definition {
  Datum schema;
  Datum examples;  // 0: none
  KeyDefinition key;
};

Definition read_definition(FunctionCallInfo fcinfo) {
  MemoryContext memory = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  if (run_with_latest_snapshot(select_definition, version_of(fcinfo)) == 0) {
    refuse("KC002", psprintf("command \"%s\" has no version %d", name_of(fcinfo), PG_GETARG_INT32(kVersion)),
           nullptr, "command_center.list_command_versions() has them.");
  }
  MemoryContext session_memory = MemoryContextSwitchTo(memory);
  const Definition definition = {
      datumCopy(value(0, 0, JSONBOID), false, -1),
      is_null(0, 1) ? Datum{0} : datumCopy(value(0, 1, JSONBOID), false, -1),
      {is_null(0, 2) ? std::string_view() : text_view(datumCopy(value(0, 2, TEXTOID), false, -1)),
       bool_value(0, 3)}};
  MemoryContextSwitchTo(session_memory);
  close_session(session);
  return definition;
}

void check_expected(FunctionCallInfo fcinfo, int active) {
  if (PG_ARGISNULL(kExpectedVersion) || PG_GETARG_INT32(kExpectedVersion) == active) return;
  refuse("KC006",
         active == 0 ? psprintf("command \"%s\" has no active version", name_of(fcinfo))
                     : psprintf("command \"%s\" has the active version %d, not %d", name_of(fcinfo), active,
                                PG_GETARG_INT32(kExpectedVersion)),
         psprintf("{\"version\": %d}", active));
}

void activate(FunctionCallInfo fcinfo) {
  const OwnerSession session = open_session(kInstallation);
  lock_for_change(kInstallation, "command_templates");
  const Parameters version = version_of(fcinfo);
  (void)run_with_latest_snapshot(select_versions, version);
  const char* topic = text_value_or_null(0, 0);
  const int active = int_value(0, 1);
  const Datum before = is_null(0, 2) ? Datum{0} : value(0, 2, JSONBOID);
  const char* target = text_value_or_null(0, 3);
  check_expected(fcinfo, active);
  if (target != nullptr) put_target_warnings(fcinfo, CStringGetTextDatum(target));
  if (active != PG_GETARG_INT32(kVersion)) {
    // Somebody may have declared it for events since.
    if (topic != nullptr) check_command_topic(topic);
    if (active > 0) {
      Parameters command;
      command.add_argument(fcinfo, kCommandName);
      (void)change_with_latest_snapshot(deprecate_active, command);
    }
    (void)change_with_latest_snapshot(activate_version, version);
    audit("activate_command", psprintf("command %s", name_of(fcinfo)), before, value(0, 0, JSONBOID));
    announce_catalogue_change(kInstallation, "command_templates");
  }
  close_session(session);
}

Datum activate_command(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kCommandName, "command_name");
  require_argument(fcinfo, kVersion, "version");
  open_findings(fcinfo);
  const Definition definition = read_definition(fcinfo);
  const FindingList warnings = check_template(
      schema_text(definition.schema), definition.examples == 0 ? nullptr : jsonb_root(definition.examples),
      "command definition is invalid", definition.key);
  put_findings(fcinfo, warnings);
  activate(fcinfo);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_activate_command);
}

Datum command_center_activate_command(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::activate_command(fcinfo); });
}
