// What services send: commands, with what they would do and what they may hold.
#include "api/routes/rows/rows.hpp"
#include "api/routes/rows/shapes.hpp"

namespace command_center::api::routes::rows {
namespace {

std::vector<Binding> execution_members() {
  return {command_name(), query("propertyId", "The property it is for", Kind::kUuid),
          query("environment", "Unless given, the database's")};
}

std::vector<Binding> command_filters() {
  return paged(
      {query("module", "Those that require it"),
       one_of(query("status", "Of this status, the newest version"), {"draft", "active", "deprecated"}),
       query("owner", "Those whose default target this owner has")});
}

const std::string kActiveVersion =
    "SELECT NULL::uuid AS id, c.version, '\"' || c.version || '\"' AS tag"
    " FROM command_center.list_command_versions({commandName}) AS c WHERE c.status = 'active'";

}  // namespace

void add_commands(Rows& rows) {
  rows.push_back(post("/v1/commands/{commandName}/execute", "executeCommand",
                      "Validates, routes, records and queues a command", "execute_command")
                     .scope(identity::kExecute)
                     .tenants(TenantRule::kRequired)
                     .answers(Answer::kExecution)
                     .schema("Acceptance")
                     .takes(execution_members()));
  rows.push_back(
      post("/v1/commands/batch", "executeCommands",
           "Executes up to 10,000 commands in order, each with an outcome of its own", "execute_commands")
          .scope(identity::kExecute)
          .tenants(TenantRule::kRequired)
          .answers(Answer::kBatch)
          .schema("BatchOutcomes")
          .takes({required("commands",
                           "[{\"commandName\", \"payload\", \"idempotencyKey\", \"correlationId\", "
                           "\"propertyId\", \"environment\", \"traceparent\"}]",
                           Kind::kArray),
                  member("allOrNothing", "The first refusal refuses all of them", Kind::kBoolean)}));
  rows.push_back(post("/v1/commands/{commandName}/explain", "explainCommand",
                      "What execute would do now, and why; writes nothing", "explain_command")
                     .scope(identity::kExecute)
                     .tenants(TenantRule::kRequired)
                     .answers(Answer::kExplanation)
                     .schema("Explanation")
                     .takes(execution_members()));
  rows.push_back(post("/v1/commands/{commandName}/validate", "validatePayload",
                      "Validates a payload, with all located errors", "validate_payload")
                     .scope(identity::kRead)
                     .reads()
                     .answers(Answer::kValidation)
                     .schema("Validation")
                     .takes({command_name()}));
  rows.push_back(get("/v1/commands", "listCommands", "The commands by name", "list_commands")
                     .schema("CommandPage")
                     .takes(command_filters())
                     .sql(page_by(kCommand, "c", "c.command_name",
                                  "command_center.list_commands({module}, {status}, {owner})")));
  rows.push_back(get("/v1/commands/{commandName}/schema", "getCommandSchema",
                     "The JSON Schema of its payload: of the active version, else of the newest",
                     "list_commands")
                     .schema("JsonSchema")
                     .takes({command_name()})
                     .sql("SELECT c.payload_schema FROM command_center.list_commands() AS c"
                          " WHERE c.command_name = {commandName}"));
}

void add_catalogue(Rows& rows) {
  const std::string base = "/v1/command-center";
  rows.push_back(get(base + "/commands", "listCommandsInCatalogue", "The commands by name", "list_commands")
                     .schema("CommandPage")
                     .takes(command_filters())
                     .sql(page_by(kCommand, "c", "c.command_name",
                                  "command_center.list_commands({module}, {status}, {owner})")));
  rows.push_back(
      post(base + "/commands", "registerCommand", "Adds a version of a command", "register_command")
          .tenants(TenantRule::kOperator)
          .makes(base + "/commands/{commandName}")
          .schema("Findings")
          .takes({required("commandName", "Such as guest.register"),
                  required("payloadSchema", "JSON Schema", Kind::kSchema),
                  member("description", "For people"), member("defaultTarget", "The service without a route"),
                  member("topic", "Unless the service's"),
                  member("requiredModules", "The tenant must have all of them", Kind::kTexts),
                  member("requiredRoles", "initiator.role must be one of them", Kind::kTexts),
                  one_of(member("availability", "Whether a feature must enable it first"),
                         {"default", "opt_in"}),
                  member("partitionKey", "JSON pointer into the payload: the Kafka key"),
                  member("ordered", "Messages of one key in the order of their commits", Kind::kBoolean),
                  member("sla", "The time it should take", Kind::kInterval),
                  member("examples", "{\"valid\": [...], \"invalid\": [...]}", Kind::kObject),
                  within(member("version", "The next one, where that is to be sure", Kind::kInteger), 1,
                         kMostInteger),
                  one_of(member("status", "active unless given"), {"active", "draft"})})
          .sql(findings_of_making(
              "command_center.register_command({commandName}, {payloadSchema}, {description},"
              " {defaultTarget}, {topic}, coalesce({requiredModules}, '{}'),"
              " coalesce({requiredRoles}, '{}'), coalesce({availability}, 'default'), {partitionKey},"
              " coalesce({ordered}, false), {sla}, {examples}, {version},"
              " coalesce({status}, 'active'))")));
  rows.push_back(get(base + "/commands/{commandName}", "listCommandVersions",
                     "Every version of a command, the newest first; the ETag is that of the active one",
                     "list_command_versions")
                     .versioned(Versioning::kAnswersEtag)
                     .schema("CommandVersionPage")
                     .takes(paged({command_name()}, Kind::kInteger))
                     .sql(page(kCommandVersion, {"v", "command_center.list_command_versions({commandName})",
                                                 "v.version", "v.version < {pageAfter}", "v.version DESC"}) +
                          ", (SELECT tag FROM (" + kActiveVersion + ") AS active)"));
  const std::string activate =
      "command_center.activate_command({commandName}, {version}, coalesce({expectedVersion}, "
      "condition.expected))";
  rows.push_back(
      patch(base + "/commands/{commandName}", "activateCommand",
            "Makes a version of a command the active one", "activate_command")
          .tenants(TenantRule::kOperator)
          .versioned(Versioning::kTakesEtag)
          .schema("Findings")
          .takes({command_name(),
                  within(required("version", "To be active", Kind::kInteger), 1, kMostInteger),
                  within(member("expectedVersion", "That is active now; 0: none is", Kind::kInteger), 0,
                         kMostInteger)})
          .sql(conditional({kActiveVersion, "(" + findings(activate, "body") + ")", "NULL", activate,
                            "changed.body", "'\"' || {version} || '\"'"})));
  const std::string deprecate =
      "command_center.deprecate_command({commandName}, coalesce({expectedVersion}, condition.expected))";
  rows.push_back(remove(base + "/commands/{commandName}", "deprecateCommand",
                        "Takes the active version of a command out of use", "deprecate_command")
                     .tenants(TenantRule::kOperator)
                     .versioned(Versioning::kTakesVersion)
                     .takes({command_name(), within(query("expectedVersion", "That is active now; 0: none is",
                                                          Kind::kInteger),
                                                    0, kMostInteger)})
                     .sql(conditional({kActiveVersion, deprecate, "NULL", deprecate, "to_json(changed)"})));
  rows.push_back(put(base + "/schemas", "registerSchema",
                     "Registers a schema under an absolute URI, so that $ref in others finds it",
                     "register_schema")
                     .tenants(TenantRule::kOperator)
                     .schema("Registered")
                     .takes({required("uri", "Absolute"), required("schema", "JSON Schema", Kind::kSchema)})
                     .sql("SELECT json_build_object('uri', {uri}) FROM command_center.register_schema({uri}, "
                          "{schema})"));
  rows.push_back(post(base + "/schemas/lint", "lintSchema", "What registerCommand would say about a schema",
                      "lint_schema")
                     .scope(identity::kRead)
                     .reads()
                     .schema("Findings")
                     .takes({required("schema", "JSON Schema", Kind::kSchema)})
                     .sql(findings("command_center.lint_schema({schema})")));
  rows.push_back(post(base + "/schemas/validate", "validateJson", "Validates a document against a schema",
                      "validate_json")
                     .scope(identity::kRead)
                     .reads()
                     .schema("Validation")
                     .takes({required("schema", "JSON Schema", Kind::kSchema),
                             required("instance", "The document", Kind::kAny),
                             one_of(member("formats", "Whether format asserts; assert unless given"),
                                    {"assert", "annotate"})})
                     .sql("SELECT command_center.validate_json({schema}, {instance}, coalesce({formats}, "
                          "'assert'))"));
  rows.push_back(
      post(base + "/catalogs/{catalog}", "loadCatalog",
           "Registers the services, commands and routes of a catalogue that comes with the extension",
           "load_catalog")
          .tenants(TenantRule::kOperator)
          .schema("LoadedCatalog")
          .takes({path("catalog", "hotel")})
          .sql("SELECT json_build_object('catalog', {catalog}, 'commands', "
               "command_center.load_catalog({catalog}))"));
}

}  // namespace command_center::api::routes::rows
