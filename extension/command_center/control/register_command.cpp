// Adds versions of commands to the catalogue: what a template says is checked once, here, and trusted
// afterwards.
#include <cstring>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/control/target_check.hpp"
#include "extension/command_center/control/template_check.hpp"
#include "extension/command_center/control/topic_use.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/names.hpp"
#include "extension/command_center/validation/programs.hpp"
#include "extension/core/json/pointer.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int {
  kCommandName,
  kPayloadSchema,
  kDescription,
  kDefaultTarget,
  kTopic,
  kRequiredModules,
  kRequiredRoles,
  kAvailability,
  kPartitionKey,
  kOrdered,
  kSla,
  kExamples,
  kVersion,
  kStatus
};

constexpr std::size_t kMaxCommandName = 200;
constexpr int kMaxNames = 100;  // of modules, and of roles
constexpr std::size_t kMaxName = 200;

Statement select_latest = {
    kInstallation,
    "SELECT version, (payload_schema, description, default_target, topic, required_modules, required_roles,"
    "  availability, partition_key, ordered, sla, examples, status)"
    " IS NOT DISTINCT FROM ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    " FROM command_center.command_templates WHERE command_name = $1 ORDER BY version DESC LIMIT 1",
    13,
    {TEXTOID, JSONBOID, TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTARRAYOID, TEXTOID, TEXTOID, BOOLOID,
     INTERVALOID, JSONBOID, TEXTOID}};

Statement select_active = {kInstallation,
                           "SELECT to_jsonb(template) FROM command_center.command_templates AS template"
                           " WHERE command_name = $1 AND status = 'active'",
                           1,
                           {TEXTOID}};

// What the active version says and the definition, with its parameters, leaves out: as findings.
Statement select_dropped = {
    kInstallation,
    "SELECT 'warning', argument, '',"
    "  format('version %s has %s => %L, which this one drops: give it again to keep it', version, argument,"
    "   CASE WHEN length(said) > 100 THEN left(said, 100) || '…' ELSE said END)"
    " FROM command_center.command_templates AS active, LATERAL (VALUES"
    "  (1, 'description', description, $3 IS NULL),"
    "  (2, 'default_target', default_target, $4 IS NULL),"
    "  (3, 'topic', topic, $5 IS NULL),"
    "  (4, 'required_modules', nullif(required_modules, '{}')::text, $6 = '{}'),"
    "  (5, 'required_roles', nullif(required_roles, '{}')::text, $7 = '{}'),"
    "  (6, 'availability', nullif(availability, 'default'), $8 = 'default'),"
    "  (7, 'partition_key', partition_key, $9 IS NULL),"
    "  (8, 'ordered', nullif(ordered, false)::text, NOT $10),"
    "  (9, 'sla', sla::text, $11 IS NULL)) AS each (place, argument, said, is_dropped)"
    " WHERE command_name = $1 AND status = 'active' AND $13 <> 'deprecated' AND said IS NOT NULL AND "
    "is_dropped ORDER BY place",
    13,
    {TEXTOID, JSONBOID, TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTARRAYOID, TEXTOID, TEXTOID, BOOLOID,
     INTERVALOID, JSONBOID, TEXTOID}};

Statement deprecate_active = {
    kInstallation,
    "UPDATE command_center.command_templates SET status = 'deprecated' WHERE command_name = $1 AND status = "
    "'active'",
    1,
    {TEXTOID}};

Statement insert_template = {
    kInstallation,
    "INSERT INTO command_center.command_templates AS template"
    " (command_name, payload_schema, description, default_target, topic, required_modules, required_roles,"
    "  availability, partition_key, ordered, sla, examples, status, version)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING to_jsonb(template)",
    14,
    {TEXTOID, JSONBOID, TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTARRAYOID, TEXTOID, TEXTOID, BOOLOID,
     INTERVALOID, JSONBOID, TEXTOID, INT4OID}};

// A set of names: sorted, each once. Its order means nothing, so it must not make a new version.
Statement sort_names = {
    kInstallation,
    "SELECT ARRAY(SELECT DISTINCT name COLLATE \"C\" FROM unnest($1) AS name ORDER BY name COLLATE \"C\")",
    1,
    {TEXTARRAYOID}};

// C++ regime.
bool is_pointer(std::string_view text) {
  return json::parse_pointer(text).has_value();
}

// KC013 for a list that is too long or has an element that is NULL, empty or too long.
void check_names(FunctionCallInfo fcinfo, Argument argument, const char* what) {
  if (PG_ARGISNULL(argument)) return;
  ArrayType* names = PG_GETARG_ARRAYTYPE_P(argument);
  if (ArrayGetNItems(ARR_NDIM(names), ARR_DIMS(names)) > kMaxNames)
    refuse("KC013", psprintf("%s must have at most %d elements", what, kMaxNames));
  const TextList list = text_list(PG_GETARG_DATUM(argument));
  bool fit = !array_contains_nulls(names);
  for (int i = 0; i < list.count; ++i) {
    const std::size_t size = std::strlen(list.texts[i]);
    fit = fit && size > 0 && size <= kMaxName;
  }
  if (!fit) refuse("KC013", psprintf("each of %s must be a text of 1 to %zu bytes", what, kMaxName));
}

// What enable_module() could not name, no tenant could have.
void check_modules(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(kRequiredModules)) return;
  const TextList modules = text_list(PG_GETARG_DATUM(kRequiredModules));
  for (int i = 0; i < modules.count; ++i) check_name(modules.texts[i], kMaxName, "module");
}

void check_availability(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(kAvailability)) return;
  const std::string_view availability = text_argument(fcinfo, kAvailability);
  if (availability == "default" || availability == "opt_in") return;
  refuse("KC013", "availability of a command must be default or opt_in");
}

// A deadline is a time of acceptance plus this, which must be a timestamp.
void check_sla(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(kSla)) return;
  const Interval none = {0, 0, 0};
  const Interval most = {0, 0, MONTHS_PER_YEAR};
  const Datum sla = PG_GETARG_DATUM(kSla);
  const bool fits = DatumGetBool(DirectFunctionCall2(interval_gt, sla, IntervalPGetDatum(&none))) &&
                    DatumGetBool(DirectFunctionCall2(interval_le, sla, IntervalPGetDatum(&most)));
  if (!fits) refuse("KC013", "sla of a command must be above 0 and at most 1 year");
}

void check_arguments(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kCommandName, "command_name");
  require_argument(fcinfo, kPayloadSchema, "payload_schema");
  require_argument(fcinfo, kOrdered, "ordered");
  require_argument(fcinfo, kStatus, "status");
  check_name(text_argument(fcinfo, kCommandName), kMaxCommandName, "command_name");
  const std::string_view status = text_argument(fcinfo, kStatus);
  if (status != "draft" && status != "active" && status != "deprecated") {
    refuse("KC013", "status of a command must be draft, active or deprecated");
  }
  if (!PG_ARGISNULL(kPartitionKey) && !is_pointer(text_argument(fcinfo, kPartitionKey))) {
    refuse("KC013", "partition_key is not a JSON pointer", nullptr, "It looks like /reservation_id.");
  }
  check_names(fcinfo, kRequiredModules, "required_modules");
  check_modules(fcinfo);
  check_names(fcinfo, kRequiredRoles, "required_roles");
  check_availability(fcinfo);
  check_sla(fcinfo);
}

void check_default_target(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(kDefaultTarget)) return;
  if (put_target_warnings(fcinfo, PG_GETARG_DATUM(kDefaultTarget))) return;
  refuse("KC002",
         psprintf("service \"%s\" does not exist", text_to_cstring(PG_GETARG_TEXT_PP(kDefaultTarget))),
         nullptr, "Add it with command_center.set_service().");
}

Datum sorted_names(FunctionCallInfo fcinfo, Argument argument) {
  if (PG_ARGISNULL(argument)) return PointerGetDatum(construct_empty_array(TEXTOID));
  Parameters names;
  names.add(PG_GETARG_DATUM(argument));
  (void)run(sort_names, names);
  return value(0, 0, TEXTARRAYOID);
}

// The definition in the order of the statements above.
Parameters definition_of(FunctionCallInfo fcinfo) {
  Parameters definition;
  const auto add = [&](Argument argument) {
    if (PG_ARGISNULL(argument)) {
      definition.add_null();
    } else {
      definition.add(PG_GETARG_DATUM(argument));
    }
  };
  for (const Argument argument : {kCommandName, kPayloadSchema, kDescription, kDefaultTarget, kTopic})
    add(argument);
  definition.add(sorted_names(fcinfo, kRequiredModules));
  definition.add(sorted_names(fcinfo, kRequiredRoles));
  definition.add_text(PG_ARGISNULL(kAvailability) ? "default" : text_argument(fcinfo, kAvailability));
  for (const Argument argument : {kPartitionKey, kOrdered, kSla, kExamples, kStatus}) add(argument);
  return definition;
}

void check_version(FunctionCallInfo fcinfo, int next) {
  if (PG_ARGISNULL(kVersion) || PG_GETARG_INT32(kVersion) == next) return;
  refuse("KC006", psprintf("next version of the command is %d, not %d", next, PG_GETARG_INT32(kVersion)),
         psprintf("{\"nextVersion\": %d}", next));
}

// Deprecates the active version and answers what it was, or 0.
Datum replace_active(FunctionCallInfo fcinfo) {
  Parameters command;
  command.add(PG_GETARG_DATUM(kCommandName));
  if (run_with_latest_snapshot(select_active, command) == 0) return Datum{0};
  const Datum replaced = value(0, 0, JSONBOID);
  (void)change_with_latest_snapshot(deprecate_active, command);
  return replaced;
}

void write_template(FunctionCallInfo fcinfo) {
  const OwnerSession session = open_session(kInstallation);
  lock_for_change(kInstallation, "command_templates");
  if (!PG_ARGISNULL(kTopic)) check_command_topic(text_argument(fcinfo, kTopic));
  check_default_target(fcinfo);
  Parameters definition = definition_of(fcinfo);
  (void)run_with_latest_snapshot(select_dropped, definition);
  put_rows(reinterpret_cast<const ReturnSetInfo*>(fcinfo->resultinfo));
  const bool known = run_with_latest_snapshot(select_latest, definition) > 0;
  const int latest = known ? int_value(0, 0) : 0;
  const bool same = known && bool_value(0, 1);
  if (!same || (!PG_ARGISNULL(kVersion) && PG_GETARG_INT32(kVersion) != latest)) {
    check_version(fcinfo, latest + 1);
    const Datum replaced = text_argument(fcinfo, kStatus) == "active" ? replace_active(fcinfo) : Datum{0};
    definition.add_int(latest + 1);
    (void)run(insert_template, definition);
    audit("register_command", psprintf("command %s", text_to_cstring(PG_GETARG_TEXT_PP(kCommandName))),
          replaced, value(0, 0, JSONBOID));
    announce_catalogue_change(kInstallation, "command_templates");
  }
  close_session(session);
}

Datum register_command(FunctionCallInfo fcinfo) {
  check_arguments(fcinfo);
  open_findings(fcinfo);
  JsonbContainer* examples = PG_ARGISNULL(kExamples) ? nullptr : jsonb_root(PG_GETARG_DATUM(kExamples));
  const FindingList warnings =
      check_template(schema_text(PG_GETARG_DATUM(kPayloadSchema)), examples, "command definition is invalid",
                     {text_argument(fcinfo, kPartitionKey), PG_GETARG_BOOL(kOrdered)});
  put_findings(fcinfo, warnings);
  write_template(fcinfo);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_register_command);
}

Datum command_center_register_command(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::register_command(fcinfo); });
}
