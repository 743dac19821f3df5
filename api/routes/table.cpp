// The routes. Statements run with search_path = pg_catalog and answer one row: the body, and the ETag where
// the route has one.
#include <initializer_list>
#include <utility>

#include "api/routes/route.hpp"

namespace command_center::api::routes {
namespace {

using database::Effect;
using identity::kAcknowledge;
using identity::kControl;
using identity::kExecute;
using identity::kNoScope;
using identity::kRead;

Binding path(std::string name, std::string description, Kind kind = Kind::kText) {
  return {std::move(name), Place::kPath, kind, Presence::kRequired, std::move(description)};
}
Binding query(std::string name, std::string description, Kind kind = Kind::kText) {
  return {std::move(name), Place::kQuery, kind, Presence::kOptional, std::move(description)};
}
Binding member(std::string name, std::string description, Kind kind = Kind::kText) {
  return {std::move(name), Place::kBody, kind, Presence::kOptional, std::move(description)};
}
Binding required(std::string name, std::string description, Kind kind = Kind::kText) {
  return {std::move(name), Place::kBody, kind, Presence::kRequired, std::move(description)};
}

const Binding kTenant{"tenant", Place::kTenant, Kind::kUuid, Presence::kRequired, {}};
const Binding kScope{"tenantId", Place::kScope, Kind::kUuid, Presence::kOptional,
                     "The tenant it is for; null: every tenant. Unless given, that of x-tenant-id"};
const Binding kActor{"actor", Place::kActor, Kind::kText, Presence::kOptional, {}};

const Binding kCommandName = path("commandName", "The command, such as guest.register");
const Binding kCommandId = path("commandId", "What execute answered", Kind::kUuid);
const Binding kPageAfter = query("pageAfter", "nextPageAfter of the page before");
const Binding kPageSize = query("pageSize", "Rows of a page, 1 to 500; 100 unless given", Kind::kInteger);
const Binding kProperty = query("propertyId", "The property; left out: all", Kind::kUuid);
const Binding kEnvironment = query("environment", "The environment; left out: all");

// The two pages of rows with a name of their own: `item` is their JSON, `key` the name.
std::string page(const std::string& key, const std::string& item, const std::string& from,
                 const std::string& where = "true") {
  return "SELECT json_build_object('items', coalesce(json_agg(page.item ORDER BY page.key), '[]'::json),"
         " 'nextPageAfter', CASE WHEN count(*) = least(greatest(coalesce({pageSize}, 100), 1), 500)"
         " THEN max(page.key) END)"
         " FROM (SELECT " +
         key + " COLLATE \"C\" AS key, " + item + " AS item FROM " + from + " WHERE (" + where +
         ") AND ({pageAfter} IS NULL OR " + key + " COLLATE \"C\" > {pageAfter})" +
         " ORDER BY 1 LIMIT least(greatest(coalesce({pageSize}, 100), 1), 500)) AS page";
}

// Few rows: all of them.
std::string list(const std::string& item, const std::string& from) {
  return "SELECT json_build_object('items', coalesce(json_agg(" + item + "), '[]'::json)) FROM " + from;
}

const std::string kCommandItem =
    "json_build_object('commandName', c.command_name, 'version', c.version, 'status', c.status, "
    "'description',"
    " c.description, 'defaultTarget', c.default_target, 'owner', c.owner, 'topic', c.topic, "
    "'requiredModules',"
    " c.required_modules, 'requiredRoles', c.required_roles, 'availability', c.availability, 'partitionKey',"
    " c.partition_key, 'ordered', c.ordered, 'sla', c.sla::text, 'registeredAt', c.registered_at)";
const std::string kRouteItem =
    "json_build_object('routeId', r.route_id, 'version', r.version, 'command', r.command_name, 'environment',"
    " r.environment, 'tenantId', r.tenant_id, 'propertyId', r.property_id, 'targets', r.policy -> 'targets',"
    " 'fallback', r.policy -> 'fallback', 'also', r.policy -> 'also', 'stickiness', r.policy -> 'stickiness',"
    " 'status', r.status, 'changedAt', r.changed_at)";
const std::string kFeatureItem =
    "json_build_object('featureId', f.feature_id, 'version', f.version, 'commandName', f.command_name,"
    " 'environment', f.environment, 'tenantId', f.tenant_id, 'propertyId', f.property_id, 'role', f.role,"
    " 'status', f.status, 'limits', f.limits, 'changedAt', f.changed_at)";
const std::string kServiceItem =
    "json_build_object('serviceId', s.service_id, 'owner', s.owner, 'status', s.status, 'topic', s.topic,"
    " 'handler', s.handler, 'changedAt', s.changed_at)";
const std::string kFindings =
    "json_build_object('findings', coalesce(json_agg(json_build_object('severity', severity, 'keyword', "
    "keyword,"
    " 'location', location, 'message', message)), '[]'::json))";
const std::string kDispatchFields =
    "'commandId', d.command_id, 'commandName', d.command_name, 'status', d.status, 'targetService',"
    " d.target_service, 'alsoTargets', d.also_targets, 'correlationId', d.correlation_id, 'mode', d.mode,"
    " 'environment', d.environment, 'propertyId', d.property_id, 'receivedAt', d.received_at";

std::string dispatch_page(const std::string& fields, const std::string& call) {
  return "SELECT json_build_object('items', coalesce(json_agg(json_build_object(" + fields +
         ") ORDER BY d.received_at DESC, d.command_id DESC), '[]'::json), 'nextPageAfter', CASE WHEN "
         "count(*) ="
         " least(greatest(coalesce({pageSize}, 100), 1), 500) THEN (array_agg(d.command_id))[count(*)] END) "
         "FROM " +
         call + " AS d";
}

const std::string kPolicy =
    "coalesce({policy}, nullif(jsonb_strip_nulls(jsonb_build_object('targets', {targets}, 'fallback', "
    "{fallback},"
    " 'also', {also}, 'stickiness', {stickiness})), '{}'::jsonb))";

// A route that was removed and made anew begins with version 1 again: the id is looked at, too, in the
// transaction of the change. The second call, which is for a route that does not exist, refuses as a stale
// version is refused.
const std::string kSetRoute =
    "SELECT json_build_object('routeId', changed.route_id, 'version', CASE WHEN {etagId} IS NULL OR"
    " changed.route_id = {etagId} THEN changed.version ELSE (command_center.set_route({commandName}, " +
    kPolicy +
    ", {tenantId}, {propertyId}, {environment}, 'active', 0)).version END, 'command', {commandName}),"
    " '\"' || changed.route_id || '.' || changed.version || '\"'"
    " FROM command_center.set_route({commandName}, " +
    kPolicy +
    ", {tenantId}, {propertyId}, {environment}, coalesce({status}, 'active'), {expectedVersion}) AS changed";

const std::string kSetFeature =
    "SELECT json_build_object('featureId', changed.feature_id, 'version', CASE WHEN {etagId} IS NULL OR"
    " changed.feature_id = {etagId} THEN changed.version ELSE (command_center.set_feature({status}, "
    "{commandName},"
    " {environment}, {tenantId}, {propertyId}, {role}, {limits}, 0)).version END, 'status', {status}),"
    " '\"' || changed.feature_id || '.' || changed.version || '\"'"
    " FROM command_center.set_feature({status}, {commandName}, {environment}, {tenantId}, {propertyId}, "
    "{role},"
    " {limits}, {expectedVersion}) AS changed";

std::vector<Binding> route_members() {
  return {kScope,
          {"propertyId", Place::kEither, Kind::kUuid, Presence::kOptional, "The property; left out: all"},
          {"environment", Place::kEither, Kind::kText, Presence::kOptional, "The environment; left out: all"},
          member("command", "The same as in the path"),
          member("targets", "[{\"serviceId\", \"weight\"}]", Kind::kArray),
          member("fallback", "The service when no target is available"),
          member("also", "Services that get every command as well", Kind::kArray),
          member("stickiness", "key or command"),
          member("policy", "All four in one object instead", Kind::kObject),
          member("status", "active (unless given), draft or retired")};
}

std::vector<Binding> feature_members() {
  return {
      kScope,
      {"propertyId", Place::kEither, Kind::kUuid, Presence::kOptional, "The property; left out: all"},
      {"environment", Place::kEither, Kind::kText, Presence::kOptional, "The environment; left out: all"},
      required("status", "enabled, observe or disabled"),
      {"role", Place::kEither, Kind::kText, Presence::kOptional, "initiator.role it is for; left out: all"},
      member("limits", "{\"per\", \"maxPerMinute\", \"burst\", \"cooldownSeconds\"}; null takes them away",
             Kind::kAny)};
}

std::vector<Binding> with(std::vector<Binding> first, std::initializer_list<Binding> more) {
  first.insert(first.end(), more);
  return first;
}

std::vector<Binding> execution_members() {
  return {kCommandName, query("propertyId", "The property it is for", Kind::kUuid),
          query("environment", "Unless given, the database's")};
}

void add_commands(std::vector<Route>& routes) {
  routes.push_back({"POST",
                    "/v1/commands/{commandName}/execute",
                    "executeCommand",
                    "Validates, routes, records and queues a command",
                    "execute_command",
                    kExecute,
                    TenantRule::kRequired,
                    Effect::kWrites,
                    Answer::kExecution,
                    Versioning::kNone,
                    execution_members(),
                    {},
                    {},
                    {},
                    {}});
  routes.push_back({"POST",
                    "/v1/commands/batch",
                    "executeCommands",
                    "Executes up to 10,000 commands in order, each with an outcome of its own",
                    "execute_commands",
                    kExecute,
                    TenantRule::kRequired,
                    Effect::kWrites,
                    Answer::kBatch,
                    Versioning::kNone,
                    {required("commands",
                              "[{\"commandName\", \"payload\", \"idempotencyKey\", \"correlationId\", "
                              "\"propertyId\", \"environment\", \"traceparent\"}]",
                              Kind::kArray),
                     member("allOrNothing", "The first refusal refuses all of them", Kind::kBoolean)},
                    {},
                    {},
                    {},
                    {}});
  routes.push_back({"POST",
                    "/v1/commands/{commandName}/explain",
                    "explainCommand",
                    "What execute would do now, and why; writes nothing",
                    "explain_command",
                    kExecute,
                    TenantRule::kRequired,
                    Effect::kWrites,
                    Answer::kExplanation,
                    Versioning::kNone,
                    execution_members(),
                    {},
                    {},
                    {},
                    {}});
  routes.push_back({"POST",
                    "/v1/commands/{commandName}/validate",
                    "validatePayload",
                    "Validates a payload, with all located errors",
                    "validate_payload",
                    kRead,
                    TenantRule::kNone,
                    Effect::kReads,
                    Answer::kValidation,
                    Versioning::kNone,
                    {kCommandName},
                    {},
                    {},
                    {},
                    {}});
  const std::vector<Binding> filters{
      query("module", "Those that require it"), query("status", "draft, active or deprecated"),
      query("owner", "Those whose default target this owner has"), kPageAfter, kPageSize};
  const std::string commands =
      page("c.command_name", kCommandItem, "command_center.list_commands({module}, {status}, {owner}) AS c");
  routes.push_back({"GET",
                    "/v1/commands",
                    "listCommands",
                    "The commands by name",
                    "list_commands",
                    kRead,
                    TenantRule::kNone,
                    Effect::kReads,
                    Answer::kOk,
                    Versioning::kNone,
                    filters,
                    commands,
                    {},
                    {},
                    {}});
  routes.push_back({"GET",
                    "/v1/commands/{commandName}/schema",
                    "getCommandSchema",
                    "The JSON Schema of its payload: of the active version, else of the newest",
                    "list_commands",
                    kRead,
                    TenantRule::kNone,
                    Effect::kReads,
                    Answer::kOk,
                    Versioning::kNone,
                    {kCommandName},
                    "SELECT c.payload_schema FROM command_center.list_commands() AS c"
                    " WHERE c.command_name = {commandName}",
                    {},
                    {},
                    {}});
  routes.push_back({"PATCH",
                    "/v1/commands/{commandName}/features",
                    "setCommandFeature",
                    "Enables, observes, disables or limits a command within a scope",
                    "set_feature",
                    kControl,
                    TenantRule::kScope,
                    Effect::kWrites,
                    Answer::kOk,
                    Versioning::kTakesEtag,
                    with(feature_members(), {kCommandName}),
                    kSetFeature,
                    {},
                    {},
                    {}});
}

void add_routing(std::vector<Route>& routes) {
  const std::string select_one =
      "SELECT " + kRouteItem +
      ", '\"' || r.route_id || '.' || r.version || '\"'"
      " FROM command_center.list_routes({commandName}, {tenantId}) AS r"
      " WHERE r.tenant_id IS NOT DISTINCT FROM {tenantId} AND r.property_id IS NOT DISTINCT FROM {propertyId}"
      " AND r.environment IS NOT DISTINCT FROM {environment}";
  const std::vector<Binding> scope{kCommandName, kScope, kProperty, kEnvironment};
  for (const std::string& base : {std::string("/v1/routes"), std::string("/v1/command-center/routes")}) {
    const bool is_control = base != "/v1/routes";
    const std::string suffix = is_control ? "InCatalogue" : "";
    routes.push_back({"PUT",
                      base + "/{commandName}",
                      "setRoute" + suffix,
                      "Adds the route of a command within a scope or changes it",
                      "set_route",
                      kControl,
                      TenantRule::kScope,
                      Effect::kWrites,
                      Answer::kOk,
                      Versioning::kTakesEtag,
                      with(route_members(), {kCommandName}),
                      kSetRoute,
                      {},
                      {},
                      {}});
    routes.push_back({"GET",
                      base + "/{commandName}",
                      "getRoute" + suffix,
                      "The route of exactly this scope",
                      "list_routes",
                      kRead,
                      TenantRule::kScope,
                      Effect::kReads,
                      Answer::kOk,
                      Versioning::kAnswersEtag,
                      scope,
                      select_one,
                      {},
                      {},
                      {}});
    routes.push_back(
        {"DELETE",
         base + "/{commandName}",
         "removeRoute" + suffix,
         "Removes the route of exactly this scope",
         "remove_route",
         kControl,
         TenantRule::kScope,
         Effect::kWrites,
         Answer::kNoContent,
         Versioning::kTakesVersion,
         scope,
         "SELECT version FROM command_center.remove_route({commandName}, {tenantId}, {propertyId},"
         " {environment}, {expectedVersion})",
         {},
         {},
         {}});
    routes.push_back(
        {"GET",
         base,
         "listRoutes" + suffix,
         "The routes by command, the more general first",
         "list_routes",
         kRead,
         TenantRule::kScope,
         Effect::kReads,
         Answer::kOk,
         Versioning::kNone,
         {query("commandName", "Of one command"), kScope, query("status", "active, draft or retired")},
         list(kRouteItem, "command_center.list_routes({commandName}, {tenantId}, {status}) AS r"),
         {},
         {},
         {}});
  }
  routes.push_back(
      {"POST",
       "/v1/routes/{commandName}/simulate",
       "simulateRoute",
       "How the latest dispatches of a command would be split by a policy",
       "simulate_route",
       kControl,
       TenantRule::kOperator,
       Effect::kWrites,
       Answer::kOk,
       Versioning::kNone,
       {kCommandName, required("policy", "As of a route", Kind::kObject),
        member("sample", "So many dispatches; 10,000 unless given", Kind::kInteger)},
       list("json_build_object('targetService', s.target_service, 'dispatches', s.dispatches,"
            " 'dispatchedBefore', s.dispatched_before)",
            "command_center.simulate_route({commandName}, {policy}, coalesce({sample}, 10000)) AS s"),
       {},
       {},
       {}});
}

void add_dispatches(std::vector<Route>& routes) {
  const std::vector<Binding> filters{
      query("commandName", "Of one command"),
      query("targetService", "Of one service"),
      query("status", "received, published, consumed, completed, failed or ignored"),
      query("correlationId", "With this correlation id"),
      query("receivedFrom", "Received then or later", Kind::kTime),
      query("receivedBefore", "Received earlier than that", Kind::kTime),
      query("pageAfter", "nextPageAfter of the page before", Kind::kUuid),
      kPageSize};
  const std::string arguments =
      "{commandName}, {targetService}, {status}, {correlationId}, {receivedFrom}, {receivedBefore}, "
      "{pageAfter},"
      " least(greatest(coalesce({pageSize}, 100), 1), 500))";
  routes.push_back({"GET",
                    "/v1/dispatches/{commandId}",
                    "getDispatch",
                    "All that is known about a dispatch: received, published, consumed, completed",
                    "get_dispatch",
                    kRead,
                    TenantRule::kRequired,
                    Effect::kReads,
                    Answer::kOk,
                    Versioning::kNone,
                    {kCommandId, kTenant},
                    "SELECT command_center.get_dispatch({tenant}, {commandId})",
                    {},
                    {},
                    {}});
  routes.push_back({"GET",
                    "/v1/dispatches",
                    "listDispatches",
                    "The dispatches of a tenant, newest first",
                    "list_dispatches",
                    kRead,
                    TenantRule::kRequired,
                    Effect::kReads,
                    Answer::kOk,
                    Versioning::kNone,
                    with(filters, {kTenant}),
                    dispatch_page(kDispatchFields, "command_center.list_dispatches({tenant}, " + arguments),
                    {},
                    {},
                    {}});
  routes.push_back(
      {"POST",
       "/v1/dispatches/{commandId}/replay",
       "replayDispatch",
       "Queues the messages of a command once more",
       "replay_dispatch",
       kControl,
       TenantRule::kRequired,
       Effect::kWrites,
       Answer::kAccepted,
       Versioning::kNone,
       {kCommandId, required("reason", "Kept in the dispatch's events and in control_audit"), kTenant,
        kActor},
       "SELECT json_build_object('status', 'accepted', 'commandId', {commandId}, 'commandName',"
       " d.dispatch ->> 'commandName', 'targetService', (array_agg(m.target_service))[1],"
       " 'correlationId', d.dispatch ->> 'correlationId', 'messages', json_agg(json_build_object("
       "'messageId', m.message_id, 'originalMessageId', m.original_message_id, 'targetService',"
       " m.target_service)))"
       " FROM command_center.replay_dispatch({tenant}, {commandId}, {reason}, {actor}) AS m,"
       " (SELECT command_center.get_dispatch({tenant}, {commandId}) AS dispatch) AS d"
       " GROUP BY d.dispatch",
       {},
       {},
       {}});
  routes.push_back(
      {"POST",
       "/v1/dispatches/{commandId}/acknowledgements",
       "acknowledgeCommand",
       "Records what a service did with a command",
       "acknowledge_command",
       kAcknowledge,
       TenantRule::kRequired,
       Effect::kWrites,
       Answer::kAccepted,
       Versioning::kNone,
       {kCommandId, required("status", "consumed, completed, failed or ignored"),
        required("serviceId", "The service that reports"), member("detail", "At most 16 kB", Kind::kAny),
        kTenant},
       "SELECT json_build_object('status', 'accepted', 'commandId', {commandId}, 'recorded',"
       " command_center.acknowledge_command({tenant}, {commandId}, {status}, {serviceId}, {detail}))",
       {},
       {},
       {}});
}

void add_catalogue(std::vector<Route>& routes) {
  const std::string base = "/v1/command-center";
  routes.push_back(
      {"GET",
       base + "/commands",
       "listCommandsInCatalogue",
       "The commands by name",
       "list_commands",
       kRead,
       TenantRule::kNone,
       Effect::kReads,
       Answer::kOk,
       Versioning::kNone,
       {query("module", "Those that require it"), query("status", "draft, active or deprecated"),
        query("owner", "Those whose default target this owner has"), kPageAfter, kPageSize},
       page("c.command_name", kCommandItem, "command_center.list_commands({module}, {status}, {owner}) AS c"),
       {},
       {},
       {}});
  routes.push_back(
      {"POST",
       base + "/commands",
       "registerCommand",
       "Adds a version of a command",
       "register_command",
       kControl,
       TenantRule::kOperator,
       Effect::kWrites,
       Answer::kCreated,
       Versioning::kNone,
       {required("commandName", "Such as guest.register"),
        required("payloadSchema", "JSON Schema", Kind::kAny), member("description", "For people"),
        member("defaultTarget", "The service without a route"), member("topic", "Unless the service's"),
        member("requiredModules", "The tenant must have all of them", Kind::kTexts),
        member("requiredRoles", "initiator.role must be one of them", Kind::kTexts),
        member("availability", "default or opt_in"),
        member("partitionKey", "JSON pointer into the payload: the Kafka key"),
        member("ordered", "Messages of one key in the order of their commits", Kind::kBoolean),
        member("sla", "The time it should take, as an ISO 8601 duration", Kind::kInterval),
        member("examples", "{\"valid\": [...], \"invalid\": [...]}", Kind::kObject),
        member("version", "The next one, where that is to be sure", Kind::kInteger),
        member("status", "active (unless given) or draft")},
       "SELECT " + kFindings +
           ", NULL FROM command_center.register_command({commandName}, {payloadSchema}, {description},"
           " {defaultTarget}, {topic}, coalesce({requiredModules}, '{}'), coalesce({requiredRoles}, '{}'),"
           " coalesce({availability}, 'default'), {partitionKey}, coalesce({ordered}, false), {sla}, "
           "{examples},"
           " {version}, coalesce({status}, 'active'))",
       {},
       {},
       {}});
  routes.push_back(
      {"GET",
       base + "/commands/{commandName}",
       "listCommandVersions",
       "Every version of a command, the newest first",
       "list_command_versions",
       kRead,
       TenantRule::kNone,
       Effect::kReads,
       Answer::kOk,
       Versioning::kNone,
       {kCommandName},
       list("json_build_object('version', v.version, 'status', v.status, 'description', v.description,"
            " 'defaultTarget', v.default_target, 'topic', v.topic, 'requiredModules',"
            " v.required_modules, 'requiredRoles', v.required_roles, 'availability', v.availability,"
            " 'partitionKey', v.partition_key, 'ordered', v.ordered, 'sla', v.sla::text,"
            " 'registeredAt', v.registered_at, 'payloadSchema', v.payload_schema, 'examples',"
            " v.examples)",
            "command_center.list_command_versions({commandName}) AS v"),
       {},
       {},
       {}});
  routes.push_back({"PATCH",
                    base + "/commands/{commandName}",
                    "activateCommand",
                    "Makes a version of a command the active one",
                    "activate_command",
                    kControl,
                    TenantRule::kOperator,
                    Effect::kWrites,
                    Answer::kOk,
                    Versioning::kNone,
                    {kCommandName, required("version", "To be active", Kind::kInteger),
                     member("expectedVersion", "That is active now; 0: none is", Kind::kInteger)},
                    "SELECT " + kFindings +
                        " FROM command_center.activate_command({commandName}, {version}, {expectedVersion})",
                    {},
                    {},
                    {}});
  routes.push_back({"DELETE",
                    base + "/commands/{commandName}",
                    "deprecateCommand",
                    "Takes the active version of a command out of use",
                    "deprecate_command",
                    kControl,
                    TenantRule::kOperator,
                    Effect::kWrites,
                    Answer::kNoContent,
                    Versioning::kNone,
                    {kCommandName, query("expectedVersion", "That is active now", Kind::kInteger)},
                    "SELECT command_center.deprecate_command({commandName}, {expectedVersion})",
                    {},
                    {},
                    {}});
  routes.push_back(
      {"GET",
       base + "/features",
       "listFeatures",
       "The features, the more general first",
       "list_features",
       kRead,
       TenantRule::kScope,
       Effect::kReads,
       Answer::kOk,
       Versioning::kNone,
       {query("commandName", "Those that can apply to a command"), kScope,
        query("status", "enabled, observe or disabled")},
       list(kFeatureItem, "command_center.list_features({commandName}, {tenantId}, {status}) AS f"),
       {},
       {},
       {}});
  const Binding for_command = query("commandName", "The command; left out: every command");
  routes.push_back(
      {"PUT",
       base + "/features",
       "setFeature",
       "Adds the feature of a scope or changes it",
       "set_feature",
       kControl,
       TenantRule::kScope,
       Effect::kWrites,
       Answer::kOk,
       Versioning::kTakesEtag,
       with(feature_members(), {Binding{"commandName", Place::kEither, Kind::kText, Presence::kOptional,
                                        "The command; left out: every command"}}),
       kSetFeature,
       {},
       {},
       {}});
  routes.push_back(
      {"DELETE",
       base + "/features",
       "removeFeature",
       "Removes the feature of exactly this scope",
       "remove_feature",
       kControl,
       TenantRule::kScope,
       Effect::kWrites,
       Answer::kNoContent,
       Versioning::kTakesVersion,
       {for_command, kScope, kProperty, kEnvironment, query("role", "initiator.role it is for")},
       "SELECT version FROM command_center.remove_feature({commandName}, {environment}, {tenantId},"
       " {propertyId}, {role}, {expectedVersion})",
       {},
       {},
       {}});
  const Binding service = path("serviceId", "Such as guests-service");
  routes.push_back(
      {"GET",
       base + "/services",
       "listServices",
       "The services by id",
       "list_services",
       kRead,
       TenantRule::kNone,
       Effect::kReads,
       Answer::kOk,
       Versioning::kNone,
       {query("status", "healthy, draining or down"), query("owner", "Of one owner"), kPageAfter, kPageSize},
       page("s.service_id", kServiceItem, "command_center.list_services({status}, {owner}) AS s"),
       {},
       {},
       {}});
  routes.push_back({"GET",
                    base + "/services/{serviceId}",
                    "getService",
                    "One service",
                    "list_services",
                    kRead,
                    TenantRule::kNone,
                    Effect::kReads,
                    Answer::kOk,
                    Versioning::kNone,
                    {service},
                    "SELECT " + kServiceItem +
                        " FROM command_center.list_services() AS s WHERE s.service_id = {serviceId}",
                    {},
                    {},
                    {}});
  routes.push_back({"PUT",
                    base + "/services/{serviceId}",
                    "setService",
                    "Adds a service or changes it; what is left out stays",
                    "set_service",
                    kControl,
                    TenantRule::kOperator,
                    Effect::kWrites,
                    Answer::kOk,
                    Versioning::kNone,
                    {service, member("owner", "Whose it is"),
                     member("status", "healthy, draining or down; the last two take no new commands"),
                     member("topic", "Where commands to it go unless the template names a topic"),
                     member("handler", "A function in the database that handles them instead")},
                    "SELECT json_build_object('serviceId', {serviceId}) FROM command_center.set_service("
                    "{serviceId}, {owner}, {status}, {topic}, {handler})",
                    {},
                    {},
                    {}});
  routes.push_back({"DELETE",
                    base + "/services/{serviceId}",
                    "removeService",
                    "Removes a service that nothing names any more",
                    "remove_service",
                    kControl,
                    TenantRule::kOperator,
                    Effect::kWrites,
                    Answer::kNoContent,
                    Versioning::kNone,
                    {service},
                    "SELECT 1 FROM command_center.remove_service({serviceId}) AS removed WHERE removed",
                    {},
                    {},
                    {}});
  const Binding module = path("module", "Such as finance-automation");
  routes.push_back({"PUT",
                    base + "/modules/{module}",
                    "enableModule",
                    "Gives the tenant a module, and with it the commands that require it",
                    "enable_module",
                    kControl,
                    TenantRule::kOperator,
                    Effect::kWrites,
                    Answer::kOk,
                    Versioning::kNone,
                    {module, kTenant},
                    "SELECT json_build_object('module', {module}, 'tenantId', {tenant}, 'changed',"
                    " command_center.enable_module({tenant}, {module}))",
                    {},
                    {},
                    {}});
  routes.push_back({"DELETE",
                    base + "/modules/{module}",
                    "disableModule",
                    "Takes a module from the tenant",
                    "disable_module",
                    kControl,
                    TenantRule::kOperator,
                    Effect::kWrites,
                    Answer::kNoContent,
                    Versioning::kNone,
                    {module, kTenant},
                    "SELECT command_center.disable_module({tenant}, {module})",
                    {},
                    {},
                    {}});
  routes.push_back({"GET",
                    base + "/environments",
                    "listEnvironments",
                    "The environments that are declared",
                    "list_environments",
                    kRead,
                    TenantRule::kNone,
                    Effect::kReads,
                    Answer::kOk,
                    Versioning::kNone,
                    {},
                    list("json_build_object('environment', e.environment, 'isOpen', e.is_open, 'declaredAt',"
                         " e.declared_at)",
                         "command_center.list_environments() AS e"),
                    {},
                    {},
                    {}});
  routes.push_back(
      {"GET",
       base + "/topics",
       "listTopics",
       "The declared topics",
       "list_topics",
       kRead,
       TenantRule::kNone,
       Effect::kReads,
       Answer::kOk,
       Versioning::kNone,
       {query("kind", "events or commands"), query("owner", "Of one owner")},
       list("json_build_object('topic', t.topic, 'kind', t.kind, 'version', t.version, 'partitions',"
            " t.partitions, 'cleanup', t.cleanup, 'maxMessageBytes', t.max_message_bytes, 'envelope',"
            " t.envelope, 'keyRequired', t.key_required, 'owner', t.owner, 'changedAt',"
            " t.changed_at)",
            "command_center.list_topics({kind}, {owner}) AS t"),
       {},
       {},
       {}});
}

void add_documents(std::vector<Route>& routes) {
  routes.push_back({"GET",
                    "/asyncapi.json",
                    "getAsyncApi",
                    "An AsyncAPI 3.0 document of what is sent to Kafka",
                    "asyncapi",
                    kRead,
                    TenantRule::kNone,
                    Effect::kReads,
                    Answer::kOk,
                    Versioning::kNone,
                    {},
                    "SELECT command_center.asyncapi()",
                    {},
                    {},
                    {}});
  const auto open = [&routes](std::string path_text, std::string operation, std::string summary,
                              Answer answer) {
    routes.push_back({"GET",
                      std::move(path_text),
                      std::move(operation),
                      std::move(summary),
                      {},
                      kNoScope,
                      TenantRule::kNone,
                      Effect::kReads,
                      answer,
                      Versioning::kNone,
                      {},
                      {},
                      {},
                      {},
                      {}});
  };
  open("/openapi.json", "getOpenApi", "This API as OpenAPI 3.1", Answer::kOpenApi);
  open("/health", "getHealth", "200 while the database can be reached, else 503", Answer::kHealth);
  open("/health/readiness", "getReadiness", "The same", Answer::kHealth);
  open("/readyz", "getReadyz", "The same", Answer::kHealth);
  open("/livez", "getLivez", "200 while the process answers", Answer::kHealth);
  open("/health/liveness", "getLiveness", "200 while the process answers", Answer::kHealth);
}

// Of "/a/{b}"; "/" has none.
std::vector<std::string> split(const std::string& path_text) {
  std::vector<std::string> segments;
  std::size_t begin = 1;
  while (begin <= path_text.size()) {
    const std::size_t end = path_text.find('/', begin);
    segments.push_back(path_text.substr(begin, end - begin));
    if (end == std::string::npos) break;
    begin = end + 1;
  }
  return segments;
}

std::string_view type_of(const Route& route, std::string_view name) {
  if (name == "etagId") return "uuid";
  if (name == "expectedVersion" && find_binding(route, name) == nullptr) return "integer";
  return sql_type_of(find_binding(route, name)->kind);
}

// Puts $n::type in the place of {name}. Braces of SQL's own are never around a letter.
void number_parameters(Route& route) {
  std::string& out = route.statement;
  for (std::size_t at = 0; at < route.sql.size(); ++at) {
    const char next = at + 1 < route.sql.size() ? route.sql[at + 1] : '\0';
    if (route.sql[at] != '{' || next < 'a' || next > 'z') {
      out.push_back(route.sql[at]);
      continue;
    }
    const std::size_t end = route.sql.find('}', at);
    const std::string name = route.sql.substr(at + 1, end - at - 1);
    std::size_t index = 0;
    while (index < route.parameters.size() && route.parameters[index] != name) ++index;
    if (index == route.parameters.size()) route.parameters.push_back(name);
    out += "$" + std::to_string(index + 1) + "::" + std::string(type_of(route, name));
    at = end;
  }
}

std::vector<Route> make_routes() {
  std::vector<Route> routes;
  add_commands(routes);
  add_routing(routes);
  add_dispatches(routes);
  add_catalogue(routes);
  add_documents(routes);
  for (Route& route : routes) {
    route.segments = split(route.path);
    number_parameters(route);
  }
  return routes;
}

}  // namespace

const std::vector<Route>& all_routes() {
  static const std::vector<Route> routes = make_routes();
  return routes;
}

const Binding* find_binding(const Route& route, std::string_view name) {
  for (const Binding& binding : route.bindings) {
    if (binding.name == name) return &binding;
  }
  return nullptr;
}

std::string_view sql_type_of(Kind kind) {
  switch (kind) {
    case Kind::kText:
      return "text";
    case Kind::kUuid:
      return "uuid";
    case Kind::kInteger:
      return "integer";
    case Kind::kBoolean:
      return "boolean";
    case Kind::kTime:
      return "timestamptz";
    case Kind::kInterval:
      return "interval";
    case Kind::kObject:
    case Kind::kArray:
    case Kind::kAny:
      return "jsonb";
    case Kind::kTexts:
      return "text[]";
  }
  return "text";
}

std::string_view name_of(identity::Scopes scope) {
  switch (scope) {
    case identity::kExecute:
      return "commands:execute";
    case identity::kRead:
      return "commands:read";
    case identity::kAcknowledge:
      return "commands:acknowledge";
    case identity::kControl:
      return "control:write";
    case identity::kAdmin:
      return "admin";
    default:
      return "";
  }
}

}  // namespace command_center::api::routes
