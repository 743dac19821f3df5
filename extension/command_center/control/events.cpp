// Adds versions of events to the catalogue and takes them out of use.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/control/template_check.hpp"
#include "extension/command_center/control/topic_use.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/names.hpp"
#include "extension/command_center/validation/programs.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kEventType, kTopic, kSchema, kOrdered, kVersion, kExamples, kDescription };

Statement select_topic = {
    kInstallation, "SELECT FROM command_center.topics WHERE topic = $1 AND kind = 'events'", 1, {TEXTOID}};

Statement select_latest = {
    kInstallation,
    "SELECT version, (topic, schema, ordered, examples, description, status)"
    " IS NOT DISTINCT FROM ($2, $3, $4, $5, $6, 'active'), to_jsonb(known)"
    " FROM command_center.event_types AS known WHERE event_type = $1 ORDER BY version DESC LIMIT 1",
    6,
    {TEXTOID, TEXTOID, JSONBOID, BOOLOID, JSONBOID, TEXTOID}};

Statement insert_event = {kInstallation,
                          "INSERT INTO command_center.event_types AS known"
                          " (event_type, topic, schema, ordered, examples, description, version)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING to_jsonb(known)",
                          7,
                          {TEXTOID, TEXTOID, JSONBOID, BOOLOID, JSONBOID, TEXTOID, INT4OID}};

// The version that is named, else the newest active one, else the newest.
Statement select_version = {
    kInstallation,
    "SELECT version, status = 'active', to_jsonb(known) FROM command_center.event_types AS known"
    " WHERE event_type = $1 AND (version = $2 OR $2 IS NULL) ORDER BY status = 'active' DESC, version DESC "
    "LIMIT 1",
    2,
    {TEXTOID, INT4OID}};

Statement deprecate_version = {kInstallation,
                               "UPDATE command_center.event_types AS known SET status = 'deprecated'"
                               " WHERE event_type = $1 AND version = $2 RETURNING to_jsonb(known)",
                               2,
                               {TEXTOID, INT4OID}};

void check_arguments(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kEventType, "event_type");
  require_argument(fcinfo, kTopic, "topic");
  require_argument(fcinfo, kOrdered, "ordered");
  check_name(text_argument(fcinfo, kEventType), kMaxEventType, "event_type");
  check_topic_name(text_argument(fcinfo, kTopic));
  if (PG_ARGISNULL(kSchema) && !PG_ARGISNULL(kExamples))
    refuse("KC013", "examples need a schema that they pass or fail");
}

// The topic stays declared until the transaction ends.
void check_topic(FunctionCallInfo fcinfo) {
  lock_for_change(kInstallation, "topics");
  Parameters topic;
  topic.add_argument(fcinfo, kTopic);
  if (run_with_latest_snapshot(select_topic, topic) > 0) return;
  const char* name = text_to_cstring(PG_GETARG_TEXT_PP(kTopic));
  refuse("KC002", psprintf("topic \"%s\" is not declared for events", name), nullptr,
         psprintf("Declare it: SELECT command_center.set_topic('%s');", name));
}

void check_version(FunctionCallInfo fcinfo, int next) {
  if (PG_ARGISNULL(kVersion) || PG_GETARG_INT32(kVersion) == next) return;
  refuse("KC006", psprintf("next version of the event is %d, not %d", next, PG_GETARG_INT32(kVersion)),
         psprintf("{\"nextVersion\": %d}", next));
}

void write_event(FunctionCallInfo fcinfo) {
  const OwnerSession session = open_session(kInstallation);
  check_topic(fcinfo);
  lock_for_change(kInstallation, "event_types");
  Parameters definition;
  for (const Argument argument : {kEventType, kTopic, kSchema, kOrdered, kExamples, kDescription})
    definition.add_argument(fcinfo, argument);
  const bool known = run_with_latest_snapshot(select_latest, definition) > 0;
  const int latest = known ? int_value(0, 0) : 0;
  const bool same = known && bool_value(0, 1);
  if (!same || (!PG_ARGISNULL(kVersion) && PG_GETARG_INT32(kVersion) != latest)) {
    check_version(fcinfo, latest + 1);
    const Datum before = known ? datumCopy(value(0, 2, JSONBOID), false, -1) : Datum{0};
    definition.add_int(latest + 1);
    (void)run(insert_event, definition);
    audit("register_event", psprintf("event %s", text_to_cstring(PG_GETARG_TEXT_PP(kEventType))), before,
          value(0, 0, JSONBOID));
    announce_catalogue_change(kInstallation, "event_types");
  }
  close_session(session);
}

Datum register_event(FunctionCallInfo fcinfo) {
  check_arguments(fcinfo);
  open_findings(fcinfo);
  FindingList warnings = {};
  if (!PG_ARGISNULL(kSchema)) {
    JsonbContainer* examples = PG_ARGISNULL(kExamples) ? nullptr : jsonb_root(PG_GETARG_DATUM(kExamples));
    warnings = check_template(schema_text(PG_GETARG_DATUM(kSchema)), examples, "event definition is invalid");
  }
  write_event(fcinfo);
  put_findings(fcinfo, warnings);
  return Datum{0};
}

// The arguments of deprecate_event.
enum DeprecationArgument : int { kDeprecated, kDeprecatedVersion };

[[noreturn]] void refuse_unknown(FunctionCallInfo fcinfo, const char* name) {
  if (PG_ARGISNULL(kDeprecatedVersion)) refuse("KC002", psprintf("event \"%s\" does not exist", name));
  refuse("KC002", psprintf("event \"%s\" has no version %d", name, PG_GETARG_INT32(kDeprecatedVersion)));
}

Datum deprecate_event(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kDeprecated, "event_type");
  const char* name = text_to_cstring(PG_GETARG_TEXT_PP(kDeprecated));
  const OwnerSession session = open_session(kInstallation);
  lock_for_change(kInstallation, "event_types");
  Parameters event;
  event.add_argument(fcinfo, kDeprecated);
  event.add_argument(fcinfo, kDeprecatedVersion);
  if (run_with_latest_snapshot(select_version, event) == 0) refuse_unknown(fcinfo, name);
  const int version = int_value(0, 0);
  const bool active = bool_value(0, 1);
  const Datum before = datumCopy(value(0, 2, JSONBOID), false, -1);
  if (active) {
    Parameters deprecated;
    deprecated.add_argument(fcinfo, kDeprecated);
    deprecated.add_int(version);
    (void)change_with_latest_snapshot(deprecate_version, deprecated);
    audit("deprecate_event", psprintf("event %s", name), before, value(0, 0, JSONBOID));
    announce_catalogue_change(kInstallation, "event_types");
  }
  close_session(session);
  fcinfo->isnull = !active;
  return Int32GetDatum(version);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_deprecate_event);
PG_FUNCTION_INFO_V1(command_center_register_event);
}

Datum command_center_deprecate_event(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::deprecate_event(fcinfo); });
}

Datum command_center_register_event(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::register_event(fcinfo); });
}
