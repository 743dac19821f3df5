// Where commands go.
#include "api/routes/rows/rows.hpp"
#include "api/routes/rows/shapes.hpp"

namespace command_center::api::routes::rows {
namespace {

const std::string kPolicy =
    "coalesce({policy}, nullif(jsonb_strip_nulls(jsonb_build_object('targets', {targets}, 'fallback', "
    "{fallback},"
    " 'also', {also}, 'stickiness', {stickiness})), '{}'::jsonb))";

const std::string kThisScope =
    "command_center.list_routes({commandName}, {tenantId}) AS r WHERE r.tenant_id IS NOT DISTINCT FROM "
    "{tenantId}"
    " AND r.property_id IS NOT DISTINCT FROM {propertyId} AND r.environment IS NOT DISTINCT FROM "
    "{environment}";

const std::string kTag = "'\"' || r.route_id || '.' || r.version || '\"'";

// By command, the more general first.
const std::string kOrder =
    "concat(r.command_name, '!', (r.tenant_id IS NOT NULL)::integer, (r.property_id IS NOT NULL)::integer,"
    " (r.environment IS NOT NULL)::integer, '!', r.route_id)";

const std::string kChangedTag = "'\"' || changed.route_id || '.' || changed.version || '\"'";

std::string set_route(const std::string& status, const std::string& expected) {
  return "command_center.set_route({commandName}, " + kPolicy +
         ", {tenantId}, {propertyId}, {environment}, " + status + ", " + expected + ")";
}

std::vector<Binding> route_members() {
  return {command_name(),
          scope_tenant(),
          either("propertyId", "The property; left out: all", Kind::kUuid),
          either("environment", "The environment; left out: all"),
          member("command", "The same as in the path"),
          member("targets", "[{\"serviceId\", \"weight\"}]", Kind::kArray),
          member("fallback", "The service when no target is available"),
          member("also", "Services that get every command as well", Kind::kTexts),
          one_of(member("stickiness", "What keeps its target"), {"key", "command"}),
          member("policy", "All four in one object instead", Kind::kObject),
          one_of(member("status", "active unless given"), {"active", "draft", "retired"})};
}

}  // namespace

void add_routing(Rows& rows) {
  const std::vector<Binding> scope{command_name(), scope_tenant(),
                                   query("propertyId", "The property; left out: all", Kind::kUuid),
                                   query("environment", "The environment; left out: all")};
  for (const std::string& base : {std::string("/v1/routes"), std::string("/v1/command-center/routes")}) {
    // The map of routes of a command is always there, and is replaced (200); in the catalogue routes are
    // made.
    const bool is_catalogue = base != "/v1/routes";
    const std::string suffix = is_catalogue ? "InCatalogue" : "";
    rows.push_back(put(base + "/{commandName}", "setRoute" + suffix,
                       "Adds the route of a command within a scope or changes it", "set_route")
                       .makes(is_catalogue ? base + "/{commandName}?tenantId&propertyId&environment" : "")
                       .tenants(TenantRule::kScope)
                       .versioned(Versioning::kTakesEtag)
                       .schema("ChangedRoute")
                       .takes(route_members())
                       .sql(conditional(
                           {"SELECT r.route_id AS id, r.version, " + kTag + " AS tag FROM " + kThisScope,
                            set_route("coalesce({status}, 'active')", "condition.expected"),
                            "changed.route_id", set_route("'active'", "0"),
                            "json_build_object('routeId', changed.route_id, 'version', changed.version,"
                            " 'command', {commandName})",
                            kChangedTag, is_catalogue ? "CASE WHEN changed.version = 1 THEN 't' END" : ""})));
    rows.push_back(
        get(base + "/{commandName}", "getRoute" + suffix, "The route of exactly this scope", "list_routes")
            .tenants(TenantRule::kScope)
            .versioned(Versioning::kAnswersEtag)
            .schema("Route")
            .takes(scope)
            .sql("SELECT " + object(kRoute) + ", " + kTag + " FROM " + kThisScope));
    rows.push_back(
        remove(base + "/{commandName}", "removeRoute" + suffix, "Removes the route of exactly this scope",
               "remove_route")
            .tenants(TenantRule::kScope)
            .versioned(Versioning::kTakesVersion)
            .takes(scope)
            .sql(conditional({"SELECT r.route_id AS id, r.version, " + kTag + " AS tag FROM " + kThisScope,
                              "command_center.remove_route({commandName}, {tenantId}, {propertyId},"
                              " {environment}, condition.expected)",
                              "changed.route_id",
                              "command_center.remove_route({commandName}, {tenantId}, {propertyId},"
                              " {environment}, 0)",
                              "to_json(changed.version)"})));
    rows.push_back(
        get(base, "listRoutes" + suffix, "The routes by command, the more general first", "list_routes")
            .tenants(TenantRule::kScope)
            .schema("RoutePage")
            .takes(paged({query("commandName", "Of one command"), scope_tenant(),
                          one_of(query("status", "Of one status"), {"active", "draft", "retired"})}))
            .sql(page_by(kRoute, "r", kOrder,
                         "command_center.list_routes({commandName}, {tenantId}, {status})")));
  }
  rows.push_back(
      post("/v1/routes/{commandName}/simulate", "simulateRoute",
           "How the latest dispatches of a command would be split by a policy", "simulate_route")
          .tenants(TenantRule::kOperator)
          .schema("SimulatedTargetList")
          .takes({command_name(), required("policy", "As of a route", Kind::kObject),
                  within(member("sample", "So many dispatches; 10,000 unless given", Kind::kInteger), 1,
                         1000000)})
          .sql(list(
              kSimulated,
              "command_center.simulate_route({commandName}, {policy}, coalesce({sample}, 10000)) AS s")));
}

}  // namespace command_center::api::routes::rows
