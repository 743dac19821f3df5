// Adds versions of commands to the catalogue: what a template says is checked once, here, and trusted
// afterwards.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/arguments.hpp"
#include "extension/command_center/catalogue/generation.hpp"
#include "extension/command_center/control/template_check.hpp"
#include "extension/command_center/refusal.hpp"
#include "extension/command_center/spi.hpp"
#include "extension/command_center/validation/programs.hpp"
#include "extension/core/json/pointer.hpp"

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
constexpr std::size_t kMaxTopic = 249;  // Kafka's

Statement lock_templates = {"LOCK TABLE command_center.command_templates IN SHARE ROW EXCLUSIVE MODE", 0, {}};

Statement select_service = {"SELECT FROM command_center.services WHERE service_id = $1", 1, {TEXTOID}};

Statement select_latest = {
    "SELECT version, (payload_schema, description, default_target, topic, partition_key, ordered, examples, "
    "status)"
    " IS NOT DISTINCT FROM ($2, $3, $4, $5, $6, $7, $8, $9)"
    " FROM command_center.command_templates WHERE command_name = $1 ORDER BY version DESC LIMIT 1",
    9,
    {TEXTOID, JSONBOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID, JSONBOID, TEXTOID}};

Statement deprecate_active = {
    "UPDATE command_center.command_templates SET status = 'deprecated' WHERE command_name = $1 AND status = "
    "'active'",
    1,
    {TEXTOID}};

Statement insert_template = {
    "INSERT INTO command_center.command_templates"
    " (command_name, payload_schema, description, default_target, topic, partition_key, ordered, examples, "
    "status, version)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    10,
    {TEXTOID, JSONBOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID, JSONBOID, TEXTOID, INT4OID}};

bool is_empty_array(FunctionCallInfo fcinfo, Argument argument) {
  return PG_ARGISNULL(argument) || ArrayGetNItems(ARR_NDIM(PG_GETARG_ARRAYTYPE_P(argument)),
                                                  ARR_DIMS(PG_GETARG_ARRAYTYPE_P(argument))) == 0;
}

void refuse_what_is_not_built(FunctionCallInfo fcinfo) {
  if (!is_empty_array(fcinfo, kRequiredModules)) refuse_not_built("required_modules");
  if (!is_empty_array(fcinfo, kRequiredRoles)) refuse_not_built("required_roles");
  if (!PG_ARGISNULL(kAvailability) && text_argument(fcinfo, kAvailability) != "default")
    refuse_not_built("availability");
  if (!PG_ARGISNULL(kSla)) refuse_not_built("sla");
}

// C++ regime.
bool is_pointer(std::string_view text) {
  return json::parse_pointer(text).has_value();
}

void check_arguments(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kCommandName, "command_name");
  require_argument(fcinfo, kPayloadSchema, "payload_schema");
  require_argument(fcinfo, kOrdered, "ordered");
  require_argument(fcinfo, kStatus, "status");
  refuse_what_is_not_built(fcinfo);
  check_name(text_argument(fcinfo, kCommandName), kMaxCommandName, "command_name");
  if (!PG_ARGISNULL(kTopic)) check_name(text_argument(fcinfo, kTopic), kMaxTopic, "topic");
  const std::string_view status = text_argument(fcinfo, kStatus);
  if (status != "draft" && status != "active" && status != "deprecated") {
    refuse("KC013", "status of a command must be draft, active or deprecated");
  }
  if (!PG_ARGISNULL(kPartitionKey) && !is_pointer(text_argument(fcinfo, kPartitionKey))) {
    refuse("KC013", "partition_key is not a JSON pointer", nullptr, "It looks like /reservation_id.");
  }
}

void check_default_target(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(kDefaultTarget)) return;
  Parameters parameters;
  parameters.add(PG_GETARG_DATUM(kDefaultTarget));
  if (run(select_service, parameters) > 0) return;
  refuse("KC002",
         psprintf("service \"%s\" does not exist", text_to_cstring(PG_GETARG_TEXT_PP(kDefaultTarget))),
         nullptr, "Add it with command_center.set_service().");
}

// The definition in the order of the statements above.
Parameters definition_of(FunctionCallInfo fcinfo) {
  Parameters definition;
  for (const Argument argument : {kCommandName, kPayloadSchema, kDescription, kDefaultTarget, kTopic,
                                  kPartitionKey, kOrdered, kExamples, kStatus}) {
    if (PG_ARGISNULL(argument)) {
      definition.add_null();
    } else {
      definition.add(PG_GETARG_DATUM(argument));
    }
  }
  return definition;
}

void check_version(FunctionCallInfo fcinfo, int next) {
  if (PG_ARGISNULL(kVersion) || PG_GETARG_INT32(kVersion) == next) return;
  refuse("KC006", psprintf("next version of the command is %d, not %d", next, PG_GETARG_INT32(kVersion)),
         psprintf("{\"nextVersion\": %d}", next));
}

void write_template(FunctionCallInfo fcinfo) {
  const OwnerSession session = open_session();
  (void)run(lock_templates, Parameters());
  check_default_target(fcinfo);
  Parameters definition = definition_of(fcinfo);
  const bool known = run(select_latest, definition) > 0;
  const int latest = known ? int_value(0, 0) : 0;
  const bool same = known && bool_value(0, 1);
  if (!same || (!PG_ARGISNULL(kVersion) && PG_GETARG_INT32(kVersion) != latest)) {
    check_version(fcinfo, latest + 1);
    if (text_argument(fcinfo, kStatus) == "active") {
      Parameters command;
      command.add(PG_GETARG_DATUM(kCommandName));
      (void)run(deprecate_active, command);
    }
    definition.add_int(latest + 1);
    (void)run(insert_template, definition);
    announce_catalogue_change("command_templates");
  }
  close_session(session);
}

Datum register_command(FunctionCallInfo fcinfo) {
  check_arguments(fcinfo);
  InitMaterializedSRF(fcinfo, 0);
  JsonbContainer* examples = PG_ARGISNULL(kExamples) ? nullptr : jsonb_root(PG_GETARG_DATUM(kExamples));
  const FindingList warnings = check_template(schema_text(PG_GETARG_DATUM(kPayloadSchema)), examples);
  write_template(fcinfo);
  put_findings(fcinfo, warnings);
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
