// Adds features, changes them one version at a time, and removes them.
#include <string>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/arguments.hpp"
#include "extension/command_center/catalogue/generation.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/new_uuid.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/command_center/refusal.hpp"
#include "extension/command_center/shared_state/shared_state.hpp"
#include "extension/command_center/spi.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/features/limit_definition.hpp"
#include "extension/core/json/text_writer.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int {
  kStatus,
  kCommandName,
  kEnvironment,
  kTenantId,
  kPropertyId,
  kRole,
  kLimits,
  kExpectedVersion
};

constexpr std::size_t kMaxEnvironment = 63;
constexpr std::size_t kMaxRole = 255;

Statement lock_features = {"LOCK TABLE command_center.command_features IN SHARE ROW EXCLUSIVE MODE", 0, {}};

Statement select_command = {
    "SELECT FROM command_center.command_templates WHERE command_name = $1 LIMIT 1", 1, {TEXTOID}};

Statement select_feature = {
    "SELECT feature_id, version, to_jsonb(feature) FROM command_center.command_features AS feature"
    " WHERE command_name IS NOT DISTINCT FROM $1 AND environment IS NOT DISTINCT FROM $2"
    " AND tenant_id IS NOT DISTINCT FROM $3 AND property_id IS NOT DISTINCT FROM $4"
    " AND role IS NOT DISTINCT FROM $5",
    5,
    {TEXTOID, TEXTOID, UUIDOID, UUIDOID, TEXTOID}};

Statement insert_feature = {
    "INSERT INTO command_center.command_features AS feature"
    " (command_name, environment, tenant_id, property_id, role, status, limits, feature_id)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING to_jsonb(feature)",
    8,
    {TEXTOID, TEXTOID, UUIDOID, UUIDOID, TEXTOID, TEXTOID, JSONBOID, UUIDOID}};

Statement update_feature = {
    "UPDATE command_center.command_features AS feature"
    " SET status = $2, limits = $3, version = version + 1, changed_at = now()"
    " WHERE feature_id = $1 AND (status, limits) IS DISTINCT FROM ($2, $3) RETURNING to_jsonb(feature)",
    3,
    {UUIDOID, TEXTOID, JSONBOID}};

Statement delete_feature = {
    "DELETE FROM command_center.command_features WHERE feature_id = $1", 1, {UUIDOID}};

// C++ regime: KC013 with what is wrong with the limits.
void check_limits_text(std::string_view limits_text) {
  const features::LimitOutcome outcome = features::parse_limit(limits_text);
  if (outcome.errors.empty()) return;
  std::string detail;
  json::TextWriter writer(detail);
  writer.begin_array();
  for (const features::LimitError& error : outcome.errors) {
    writer.begin_object();
    writer.member("location", error.location);
    writer.member("error", error.message);
    writer.end_object();
  }
  writer.end_array();
  throw Error(sqlstate::kDefinitionInvalid, "limits are invalid", detail);
}

void check_arguments(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kStatus, "status");
  const std::string_view status = text_argument(fcinfo, kStatus);
  if (status != "disabled" && status != "observe" && status != "enabled") {
    refuse("KC013", "status of a feature must be disabled, observe or enabled");
  }
  if (!PG_ARGISNULL(kEnvironment))
    check_name(text_argument(fcinfo, kEnvironment), kMaxEnvironment, "environment");
  if (!PG_ARGISNULL(kRole)) {
    const std::size_t size = text_argument(fcinfo, kRole).size();
    if (size == 0 || size > kMaxRole) refuse("22023", "role must have 1 to 255 bytes");
  }
  if (PG_ARGISNULL(kLimits)) return;
  if (shared_state() == nullptr) {
    refuse("KC015", "rate limits need shared memory, and this server has none of ours", nullptr,
           kSharedStateHint);
  }
  check_limits_text(jsonb_text(PG_GETARG_DATUM(kLimits)));
}

void add_argument(Parameters& parameters, FunctionCallInfo fcinfo, int argument) {
  if (PG_ARGISNULL(argument)) {
    parameters.add_null();
  } else {
    parameters.add(PG_GETARG_DATUM(argument));
  }
}

// A feature is for one tenant, or for every tenant.
void check_scope(FunctionCallInfo fcinfo, int tenant_id) {
  if (PG_ARGISNULL(tenant_id)) {
    check_every_tenant();
  } else {
    check_tenant(uuid_argument(fcinfo, tenant_id));
  }
}

void check_command_exists(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(kCommandName)) return;
  Parameters command;
  add_argument(command, fcinfo, kCommandName);
  if (run(select_command, command) > 0) return;
  refuse("KC002",
         psprintf("command \"%s\" does not exist", text_to_cstring(PG_GETARG_TEXT_PP(kCommandName))));
}

void check_version(FunctionCallInfo fcinfo, int expected_version, int current) {
  if (PG_ARGISNULL(expected_version) || PG_GETARG_INT32(expected_version) == current) return;
  refuse("KC006", psprintf("feature has version %d, not %d", current, PG_GETARG_INT32(expected_version)),
         psprintf("{\"version\": %d}", current),
         "Read the feature again and decide anew; version 0 means that there is none.");
}

// A feature as it is; version 0: there is none.
struct Feature {
  identifiers::Uuid feature_id;
  int version;
  Datum row;  // jsonb
};

Feature find_feature(const Parameters& scope) {
  if (run(select_feature, scope) == 0) return {};
  return {uuid_value(value(0, 0)), int_value(0, 1), value(0, 2)};
}

const char* audited_object(FunctionCallInfo fcinfo, int command_name) {
  if (PG_ARGISNULL(command_name)) return "feature of every command";
  return psprintf("feature of %s", text_to_cstring(PG_GETARG_TEXT_PP(command_name)));
}

// The new row.
Datum insert(Parameters row, FunctionCallInfo fcinfo, const identifiers::Uuid& feature_id) {
  add_argument(row, fcinfo, kStatus);
  add_argument(row, fcinfo, kLimits);
  row.add(uuid_datum(feature_id));
  (void)run(insert_feature, row);
  return value(0, 0);
}

// The new row, or 0 when it would be the same.
Datum update(FunctionCallInfo fcinfo, const identifiers::Uuid& feature_id) {
  Parameters change;
  change.add(uuid_datum(feature_id));
  add_argument(change, fcinfo, kStatus);
  add_argument(change, fcinfo, kLimits);
  return run(update_feature, change) > 0 ? value(0, 0) : Datum{0};
}

Feature write_feature(FunctionCallInfo fcinfo) {
  Parameters scope;
  for (const Argument argument : {kCommandName, kEnvironment, kTenantId, kPropertyId, kRole})
    add_argument(scope, fcinfo, argument);
  Feature feature = find_feature(scope);
  check_version(fcinfo, kExpectedVersion, feature.version);
  const Datum before = feature.row;
  if (feature.version == 0) {
    feature.feature_id = new_uuid(GetCurrentTimestamp());
    feature.row = insert(scope, fcinfo, feature.feature_id);
  } else {
    feature.row = update(fcinfo, feature.feature_id);
    if (feature.row == Datum{0}) return feature;
  }
  ++feature.version;
  audit("set_feature", audited_object(fcinfo, kCommandName), before, feature.row);
  announce_catalogue_change("command_features");
  return feature;
}

Datum answer(FunctionCallInfo fcinfo, const Feature& feature) {
  TupleDesc row_type = nullptr;
  if (get_call_result_type(fcinfo, nullptr, &row_type) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "the function must return a row");
  Datum values[] = {uuid_datum(feature.feature_id), Int32GetDatum(feature.version)};
  bool nulls[] = {false, false};
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row_type), values, nulls));
}

Datum set_feature(FunctionCallInfo fcinfo) {
  (void)installed_relation("command_features");
  check_arguments(fcinfo);
  check_scope(fcinfo, kTenantId);

  const OwnerSession session = open_session();
  (void)run(lock_features, Parameters());
  check_command_exists(fcinfo);
  const Feature written = write_feature(fcinfo);
  close_session(session);
  return answer(fcinfo, written);
}

// The arguments of remove_feature.
enum RemovalArgument : int { kOfCommand, kOfEnvironment, kOfTenant, kOfProperty, kOfRole, kExpected };

Datum remove_feature(FunctionCallInfo fcinfo) {
  (void)installed_relation("command_features");
  check_scope(fcinfo, kOfTenant);

  const OwnerSession session = open_session();
  (void)run(lock_features, Parameters());
  Parameters scope;
  for (const int argument : {kOfCommand, kOfEnvironment, kOfTenant, kOfProperty, kOfRole})
    add_argument(scope, fcinfo, argument);
  const Feature feature = find_feature(scope);
  if (feature.version == 0) {
    refuse("KC002", "there is no feature of this scope", nullptr,
           "command_center.list_features() has them; NULL in a scope is one of its own.");
  }
  check_version(fcinfo, kExpected, feature.version);
  Parameters removed;
  removed.add(uuid_datum(feature.feature_id));
  (void)run(delete_feature, removed);
  audit("remove_feature", audited_object(fcinfo, kOfCommand), feature.row, Datum{0});
  announce_catalogue_change("command_features");
  close_session(session);
  return answer(fcinfo, feature);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_set_feature);
PG_FUNCTION_INFO_V1(command_center_remove_feature);
}

Datum command_center_set_feature(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::set_feature(fcinfo); });
}

Datum command_center_remove_feature(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::remove_feature(fcinfo); });
}
