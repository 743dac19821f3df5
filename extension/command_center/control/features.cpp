// Adds features, changes them one version at a time, and removes them.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/definition_check.hpp"
#include "extension/command_center/control/scoped_rows.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/names.hpp"
#include "extension/command_center/permissions/environments.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/command_center/shared_state/shared_state.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/refusal.hpp"

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

constexpr std::size_t kMaxRole = 255;

// No limits given leave those that there are; JSON's null takes them away.
#define KEPT_LIMITS "CASE WHEN $3 IS NULL THEN limits ELSE nullif($3, 'null') END"

ScopedTable features_table = {
    "command_features",
    "feature",
    {kInstallation,
     "SELECT feature_id, version, to_jsonb(feature) FROM command_center.command_features AS feature"
     " WHERE command_name IS NOT DISTINCT FROM $1 AND environment IS NOT DISTINCT FROM $2"
     " AND tenant_id IS NOT DISTINCT FROM $3 AND property_id IS NOT DISTINCT FROM $4"
     " AND role IS NOT DISTINCT FROM $5",
     5,
     {TEXTOID, TEXTOID, UUIDOID, UUIDOID, TEXTOID}},
    {kInstallation,
     "INSERT INTO command_center.command_features AS feature"
     " (command_name, environment, tenant_id, property_id, role, status, limits, feature_id)"
     " VALUES ($1, $2, $3, $4, $5, $6, nullif($7, 'null'), $8) RETURNING to_jsonb(feature)",
     8,
     {TEXTOID, TEXTOID, UUIDOID, UUIDOID, TEXTOID, TEXTOID, JSONBOID, UUIDOID}},
    {kInstallation,
     "UPDATE command_center.command_features AS feature"
     " SET status = $2, limits = " KEPT_LIMITS ", version = version + 1, changed_at = now()"
     " WHERE feature_id = $1 AND (status, limits) IS DISTINCT FROM ($2, " KEPT_LIMITS
     ") RETURNING to_jsonb(feature)",
     3,
     {UUIDOID, TEXTOID, JSONBOID}},
    {kInstallation, "DELETE FROM command_center.command_features WHERE feature_id = $1", 1, {UUIDOID}}};

bool is_json_null(Datum jsonb) {
  return jsonb_text(jsonb) == "null";
}

void check_arguments(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kStatus, "status");
  const std::string_view status = text_argument(fcinfo, kStatus);
  if (status != "disabled" && status != "observe" && status != "enabled") {
    refuse("KC013", "status of a feature must be disabled, observe or enabled");
  }
  if (!PG_ARGISNULL(kEnvironment)) check_environment(text_argument(fcinfo, kEnvironment));
  if (!PG_ARGISNULL(kRole)) {
    const std::size_t size = text_argument(fcinfo, kRole).size();
    if (size == 0 || size > kMaxRole) refuse("22023", "role must have 1 to 255 bytes");
  }
  if (PG_ARGISNULL(kLimits) || is_json_null(PG_GETARG_DATUM(kLimits))) return;
  check_limits(jsonb_text(PG_GETARG_DATUM(kLimits)));
  if (shared_state() == nullptr) {
    refuse("KC015", "rate limits need shared memory, and this server has none of ours", nullptr,
           kSharedStateHint);
  }
}

Datum set_feature(FunctionCallInfo fcinfo) {
  (void)installed_relation(kInstallation, "command_features");
  check_arguments(fcinfo);
  check_scope(fcinfo, kTenantId);

  Parameters scope;
  for (const Argument argument : {kCommandName, kEnvironment, kTenantId, kPropertyId, kRole})
    scope.add_argument(fcinfo, argument);
  Parameters contents;
  for (const Argument argument : {kStatus, kLimits}) contents.add_argument(fcinfo, argument);
  const OwnerSession session = open_session(kInstallation);
  check_command_exists(fcinfo, kCommandName);
  // From here on remove_environment waits, and sees the feature.
  lock_for_change(kInstallation, features_table.name);
  check_is_declared(fcinfo, kEnvironment);
  const ScopedRow written =
      put_scoped_row(features_table, scope, contents, expected_version(fcinfo, kExpectedVersion),
                     {"set_feature", scoped_object(fcinfo, features_table.noun, kCommandName,
                                                   {{"tenant", kTenantId, UUIDOID},
                                                    {"property", kPropertyId, UUIDOID},
                                                    {"environment", kEnvironment, TEXTOID},
                                                    {"role", kRole, TEXTOID}})});
  close_session(session);
  return version_row(fcinfo, written);
}

// The arguments of remove_feature.
enum RemovalArgument : int { kOfCommand, kOfEnvironment, kOfTenant, kOfProperty, kOfRole, kExpected };

Datum remove_feature(FunctionCallInfo fcinfo) {
  (void)installed_relation(kInstallation, "command_features");
  check_scope(fcinfo, kOfTenant);

  Parameters scope;
  for (const int argument : {kOfCommand, kOfEnvironment, kOfTenant, kOfProperty, kOfRole})
    scope.add_argument(fcinfo, argument);
  const OwnerSession session = open_session(kInstallation);
  const ScopedRow feature = lock_scoped_row(features_table, scope);
  if (feature.version == 0) {
    refuse("KC002", "there is no feature of this scope", nullptr,
           "command_center.list_features() has them; NULL in a scope is one of its own.");
  }
  remove_scoped_row(features_table, feature, expected_version(fcinfo, kExpected),
                    {"remove_feature", scoped_object(fcinfo, features_table.noun, kOfCommand,
                                                     {{"tenant", kOfTenant, UUIDOID},
                                                      {"property", kOfProperty, UUIDOID},
                                                      {"environment", kOfEnvironment, TEXTOID},
                                                      {"role", kOfRole, TEXTOID}})});
  close_session(session);
  return version_row(fcinfo, feature);
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
