// What is on and off: features, modules, environments.
#include "api/routes/rows/rows.hpp"
#include "api/routes/rows/shapes.hpp"

namespace command_center::api::routes::rows {
namespace {

const std::string kThisScope =
    "SELECT f.feature_id AS id, f.version, '\"' || f.feature_id || '.' || f.version || '\"' AS tag"
    " FROM command_center.list_features({commandName}, {tenantId}) AS f"
    " WHERE f.command_name IS NOT DISTINCT FROM {commandName} AND f.environment IS NOT DISTINCT FROM "
    "{environment}"
    " AND f.tenant_id IS NOT DISTINCT FROM {tenantId} AND f.property_id IS NOT DISTINCT FROM {propertyId}"
    " AND f.role IS NOT DISTINCT FROM {role}";

std::string set_feature(const std::string& expected) {
  return "command_center.set_feature({status}, {commandName}, {environment}, {tenantId}, {propertyId}, "
         "{role},"
         " {limits}, " +
         expected + ")";
}

std::string remove_feature(const std::string& expected) {
  return "command_center.remove_feature({commandName}, {environment}, {tenantId}, {propertyId}, {role}, " +
         expected + ")";
}

const std::string kSetFeature = conditional(
    {kThisScope, set_feature("condition.expected"), "changed.feature_id", set_feature("0"),
     "json_build_object('featureId', changed.feature_id, 'version', changed.version, 'status', {status})",
     "'\"' || changed.feature_id || '.' || changed.version || '\"'",
     "CASE WHEN changed.version = 1 THEN changed.feature_id::text END"});

const std::string kThisEnvironment =
    " FROM command_center.list_environments() AS e WHERE e.environment = {environment}";

// By command, the more general first.
const std::string kOrder =
    "concat(f.command_name, '!', (f.tenant_id IS NOT NULL)::integer, (f.property_id IS NOT NULL)::integer,"
    " (f.environment IS NOT NULL)::integer, (f.role IS NOT NULL)::integer, '!', f.feature_id)";

std::vector<Binding> feature_members() {
  return {
      scope_tenant(),
      either("propertyId", "The property; left out: all", Kind::kUuid),
      either("environment", "The environment; left out: all"),
      one_of(required("status", "Whether it lets commands pass"), {"enabled", "observe", "disabled"}),
      either("role", "initiator.role it is for; left out: all"),
      member("limits", "{\"per\", \"maxPerMinute\", \"burst\", \"cooldownSeconds\"}; null takes them away",
             Kind::kObjectOrNull)};
}

}  // namespace

void add_features(Rows& rows) {
  const std::string base = "/v1/command-center";
  rows.push_back(patch("/v1/commands/{commandName}/features", "setCommandFeature",
                       "Enables, observes, disables or limits a command within a scope", "set_feature")
                     .tenants(TenantRule::kScope)
                     .versioned(Versioning::kTakesEtag)
                     .schema("ChangedFeature")
                     .takes(with({command_name()}, feature_members()))
                     .sql(kSetFeature));
  rows.push_back(
      get(base + "/features", "listFeatures", "The features by command, the more general first",
          "list_features")
          .tenants(TenantRule::kScope)
          .schema("FeaturePage")
          .takes(paged({query("commandName", "Those that can apply to a command"), scope_tenant(),
                        one_of(query("status", "Of one status"), {"enabled", "observe", "disabled"})}))
          .sql(page_by(kFeature, "f", kOrder,
                       "command_center.list_features({commandName}, {tenantId}, {status})")));
  rows.push_back(
      get(base + "/features/{featureId}", "getFeature", "One feature, of the tenant or of all",
          "list_features")
          .tenants(TenantRule::kScope)
          .versioned(Versioning::kAnswersEtag)
          .schema("Feature")
          .takes({path("featureId", "What listFeatures answers", Kind::kUuid), scope_tenant()})
          .sql("SELECT " + object(kFeature) +
               ", '\"' || f.feature_id || '.' || f.version || '\"' FROM"
               " command_center.list_features(NULL, {tenantId}) AS f WHERE f.feature_id = {featureId}"));
  rows.push_back(
      put(base + "/features", "setFeature", "Adds the feature of a scope or changes it", "set_feature")
          .makes(base + "/features/{made}?tenantId")
          .tenants(TenantRule::kScope)
          .versioned(Versioning::kTakesEtag)
          .schema("ChangedFeature")
          .takes(with({either("commandName", "The command; left out: every command")}, feature_members()))
          .sql(kSetFeature));
  rows.push_back(remove(base + "/features", "removeFeature", "Removes the feature of exactly this scope",
                        "remove_feature")
                     .tenants(TenantRule::kScope)
                     .versioned(Versioning::kTakesVersion)
                     .takes({query("commandName", "The command; left out: every command"), scope_tenant(),
                             query("propertyId", "The property; left out: all", Kind::kUuid),
                             query("environment", "The environment; left out: all"),
                             query("role", "initiator.role it is for")})
                     .sql(conditional({kThisScope, remove_feature("condition.expected"), "changed.feature_id",
                                       remove_feature("0"), "to_json(changed.version)"})));
  const Binding module = path("module", "Such as finance-automation");
  rows.push_back(get(base + "/modules", "listModules", "The modules of the tenant", "list_modules")
                     .tenants(TenantRule::kRequired)
                     .schema("ModulePage")
                     .takes(with(paged({}), {tenant()}))
                     .sql(page_by(kModule, "m", "m.module", "command_center.list_modules({tenant})")));
  rows.push_back(get(base + "/modules/{module}", "getModule", "A module that the tenant has", "list_modules")
                     .tenants(TenantRule::kRequired)
                     .schema("Module")
                     .takes({module, tenant()})
                     .sql("SELECT " + object(kModule) +
                          " FROM command_center.list_modules({tenant}) AS m WHERE m.module = {module}"));
  rows.push_back(put(base + "/modules/{module}", "enableModule",
                     "Gives the tenant a module, and with it the commands that require it", "enable_module")
                     .makes(base + "/modules/{module}")
                     .tenants(TenantRule::kOperator)
                     .schema("ChangedModule")
                     .takes({module, tenant()})
                     .sql("SELECT json_build_object('module', {module}, 'tenantId', {tenant}, 'changed',"
                          " changed), CASE WHEN changed THEN 't' END"
                          " FROM command_center.enable_module({tenant}, {module}) AS changed"));
  rows.push_back(
      remove(base + "/modules/{module}", "disableModule", "Takes a module from the tenant", "disable_module")
          .tenants(TenantRule::kOperator)
          .takes({module, tenant()})
          .sql("SELECT command_center.disable_module({tenant}, {module})"));
  const Binding environment = path("environment", "Such as production");
  rows.push_back(get(base + "/environments", "listEnvironments", "The environments that are declared",
                     "list_environments")
                     .schema("EnvironmentPage")
                     .takes(paged({}))
                     .sql(page_by(kEnvironment, "e", "e.environment", "command_center.list_environments()")));
  rows.push_back(
      get(base + "/environments/{environment}", "getEnvironment", "One environment", "list_environments")
          .schema("Environment")
          .takes({environment})
          .sql("SELECT " + object(kEnvironment) + kThisEnvironment));
  rows.push_back(
      put(base + "/environments/{environment}", "setEnvironment",
          "Declares an environment, which commands, routes and features may then name", "set_environment")
          .makes(base + "/environments/{environment}")
          .tenants(TenantRule::kOperator)
          .schema("ChangedEnvironment")
          .takes({environment, member("isOpen", "Whether single tenants' roles may name it", Kind::kBoolean)})
          .sql(noting_what_is_made("SELECT 1" + kThisEnvironment,
                                   "json_build_object('environment', {environment}, 'changed', changed)",
                                   "command_center.set_environment(CASE WHEN known.stood THEN {environment} "
                                   "ELSE {environment} END, {isOpen})")));
  rows.push_back(
      remove(base + "/environments/{environment}", "removeEnvironment",
             "Takes back an environment that no route and no feature names", "remove_environment")
          .tenants(TenantRule::kOperator)
          .takes({environment})
          .sql("SELECT 1 FROM command_center.remove_environment({environment}) AS removed WHERE removed"));
}

}  // namespace command_center::api::routes::rows
