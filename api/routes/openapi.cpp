// Bodies and parameters come from the bindings; what execute and batch take is written here.
#include "api/routes/openapi.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "api/problems/table.hpp"
#include "api/routes/binding.hpp"
#include "api/routes/route.hpp"
#include "api/routes/schemas.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::api::routes {
namespace {

using json::TextWriter;

constexpr std::string_view kUuidSchema = R"({"type":"string","format":"uuid"})";

constexpr std::string_view kExecutionSchema =
    R"({"description":"{\"payload\": ...} with what goes with it; or, without a member of that name, the payload itself","oneOf":[)"
    R"({"type":"object","required":["payload"],"additionalProperties":false,"properties":{"payload":{},"commandName":{"type":"string"},)"
    R"("tenantId":{"type":"string","format":"uuid"},"propertyId":{"type":["string","null"],"format":"uuid"},)"
    R"("environment":{"type":["string","null"]},"correlationId":{"type":["string","null"]},)"
    R"("idempotencyKey":{"type":["string","null"]},"traceparent":{"type":["string","null"]}}},)"
    R"({"not":{"type":"object","required":["payload"]}}]})";

constexpr std::string_view kBatchSchema =
    R"({"oneOf":[{"type":"array"},{"type":"object","required":["commands"],"additionalProperties":false,)"
    R"("properties":{"commands":{"type":"array","maxItems":10000},"allOrNothing":{"type":["boolean","null"]}}}]})";

constexpr std::string_view kTags =
    R"tags({"type":"string","pattern":"^(\\*|(W/)?\"[!#-~]*\"( *, *(W/)?\"[!#-~]*\")*)$"})tags";

constexpr std::string_view kExecutionExample =
    R"({"payload":{"number":1},"correlationId":"order-1","idempotencyKey":"order-1"})";

// The statuses of refusals, with what they are called in components/responses.
struct Refusal {
  int status;
  std::string_view name;
  std::string_view description;
};
constexpr Refusal kRefusals[] = {
    {400, "Malformed", "The request cannot be read: its JSON, a parameter, a header"},
    {401, "NotAuthenticated", "There is no valid token"},
    {403, "NotPermitted", "The token, the tenant, its modules or the role do not permit it"},
    {404, "NotFound", "There is no such thing"},
    {408, "TooSlow", "The request did not come in time"},
    {409, "Conflict", "It is not allowed as things stand"},
    {410, "Gone", "It is past its retention"},
    {412, "PreconditionFailed", "What stands has another version"},
    {413, "TooLarge", "It is too large, too deep or too costly"},
    {415, "WrongMediaType", "The body is not application/json"},
    {422, "Invalid", "The body, the payload or a definition is not valid"},
    {429, "TooMany", "Too many requests, or commands of a feature with a limit"},
    {500, "Failed", "An error of the service"},
    {503, "Unavailable",
     "Neither now nor known: try again after Retry-After; outcome tells when it may have happened"}};

constexpr int kCreated = 201;

constexpr std::string_view kVerdictOrRefusal =
    R"({"description":"The verdict CONFLICT with its witness, or a refusal as elsewhere","content":{"application/problem+json":{)"
    R"("schema":{"anyOf":[{"$ref":"#/components/schemas/LockConflict"},{"$ref":"#/components/schemas/Problem"}]}}}})";

bool is_execution(const Route& route) {
  return route.answer == Answer::kExecution || route.answer == Answer::kExplanation ||
         route.answer == Answer::kValidation;
}

int status_of(const Route& route) {
  switch (route.answer) {
    case Answer::kAccepted:
    case Answer::kExecution:
      return 202;
    case Answer::kNoContent:
      return 204;
    case Answer::kBatch:
      return 207;
    default:
      return 200;
  }
}

bool takes_condition(const Route& route) {
  return route.versioning == Versioning::kTakesEtag || route.versioning == Versioning::kTakesVersion;
}

bool takes_key(const Route& route) {
  return route.answer == Answer::kExecution || route.answer == Answer::kExplanation ||
         std::any_of(route.bindings.begin(), route.bindings.end(),
                     [](const Binding& binding) { return binding.header == "idempotency-key"; });
}

bool needs_tenant(const Route& route) {
  return route.tenant == TenantRule::kRequired || find_binding(route, "tenant") != nullptr;
}

class Document {
 public:
  Document(Callers callers, Databases databases) : callers_(callers), databases_(databases) {}

  std::string take() {
    writer_.begin_object();
    writer_.member("openapi", "3.1.0");
    write_info();
    write_paths();
    write_components();
    writer_.end_object();
    return std::move(out_);
  }

 private:
  void write_info() {
    writer_.key("info");
    writer_.begin_object();
    writer_.member("title", "Command Center");
    writer_.member("version", COMMAND_CENTER_VERSION);
    writer_.end_object();
  }

  void write_paths() {
    std::vector<std::string> paths;
    for (const Route& route : all_routes()) {
      if (std::find(paths.begin(), paths.end(), route.path) == paths.end()) paths.push_back(route.path);
    }
    writer_.key("paths");
    writer_.begin_object();
    for (const std::string& path : paths) {
      writer_.key(path);
      writer_.begin_object();
      for (const Route& route : all_routes()) {
        if (route.path == path) write_operation(route);
      }
      writer_.end_object();
    }
    writer_.end_object();
  }

  // The first word of the path behind its version.
  static std::string tag_of(const Route& route) {
    for (const std::string& segment : route.segments) {
      if (segment != "v1" && segment != "command-center") return segment;
    }
    return "other";
  }

  void write_operation(const Route& route) {
    std::string method = route.method;
    std::transform(method.begin(), method.end(), method.begin(),
                   [](char letter) { return static_cast<char>(letter - 'A' + 'a'); });
    writer_.key(method);
    writer_.begin_object();
    writer_.member("operationId", route.operation);
    writer_.member("summary", route.summary);
    writer_.key("tags");
    writer_.raw(R"([")" + (route.scope == identity::kNoScope ? std::string("service") : tag_of(route)) +
                "\"]");
    if (route.scope == identity::kNoScope) {
      writer_.key("security");
      writer_.raw("[]");
    } else {
      writer_.member("description",
                     "Scope: " + std::string(name_of(route.scope)) +
                         (route.function.empty() ? "" : ". SQL: " + route.extension + "." + route.function));
      write_parameters(route);
    }
    if (takes_body(route)) write_body(route);
    write_responses(route);
    writer_.end_object();
  }

  void write_parameter(std::string_view in, std::string_view name, std::string_view required,
                       std::string_view description, std::string_view schema) {
    writer_.begin_object();
    writer_.member("in", in);
    writer_.member("name", name);
    if (!description.empty()) writer_.member("description", description);
    writer_.key("required");
    writer_.raw(required);
    writer_.key("schema");
    writer_.raw(schema);
    writer_.end_object();
  }

  void write_parameters(const Route& route) {
    constexpr std::string_view kString = R"({"type":"string"})";
    writer_.key("parameters");
    writer_.begin_array();
    write_parameter("header", "x-tenant-id", needs_tenant(route) ? "true" : "false", "The tenant it is for",
                    kUuidSchema);
    if (databases_ == Databases::kSeveral && !needs_tenant(route))
      write_parameter("header", "x-database", "false",
                      "Which of several databases it is for, where no tenant says so", kString);
    write_parameter("header", "x-correlation-id", "false", "Comes back with the answer",
                    R"({"type":"string","minLength":1,"maxLength":256})");
    if (takes_key(route))
      write_parameter("header", "Idempotency-Key", "false", "A retry with the same key has no second effect",
                      R"({"type":"string","minLength":1,"maxLength":255})");
    if (route.versioning != Versioning::kNone) {
      write_parameter("header", "If-Match", "false", "* or ETags, one of which must stand", kTags);
      write_parameter("header", "If-None-Match", "false", "* or ETags, none of which may stand", kTags);
    }
    for (const Binding& binding : route.bindings) {
      const bool is_required = binding.place == Place::kPath;
      if (const std::string_view in = place_of(binding.place); !in.empty())
        write_parameter(
            in, binding.name, is_required ? "true" : "false", binding.description,
            is_named_tenant(route, binding) ? std::string(kUuidSchema) : parameter_schema(binding));
    }
    writer_.end_array();
  }

  // One, and never null for all.
  static bool is_named_tenant(const Route& route, const Binding& binding) {
    return route.tenant == TenantRule::kNamed && binding.place == Place::kScope;
  }

  static std::string_view place_of(Place place) {
    switch (place) {
      case Place::kPath:
        return "path";
      case Place::kHeader:
        return "header";
      case Place::kQuery:
      case Place::kEither:
      case Place::kScope:
        return "query";
      default:
        return {};
    }
  }

  void write_body(const Route& route) {
    writer_.key("requestBody");
    writer_.begin_object();
    writer_.key("required");
    writer_.raw(route.method == "DELETE" ? "false" : "true");
    writer_.key("content");
    writer_.begin_object();
    writer_.key("application/json");
    writer_.begin_object();
    writer_.key("schema");
    if (is_execution(route)) {
      writer_.raw(kExecutionSchema);
      writer_.key("example");
      writer_.raw(kExecutionExample);
    } else if (route.answer == Answer::kBatch) {
      writer_.raw(kBatchSchema);
    } else {
      write_members(route);
    }
    writer_.end_object();
    writer_.end_object();
    writer_.end_object();
  }

  void write_members(const Route& route) {
    writer_.begin_object();
    writer_.member("type", "object");
    writer_.key("additionalProperties");
    writer_.raw("false");
    writer_.key("required");
    writer_.begin_array();
    for (const Binding& binding : route.bindings) {
      if (binding.place == Place::kBody && binding.presence == Presence::kRequired)
        writer_.text(binding.name);
    }
    writer_.end_array();
    writer_.key("properties");
    writer_.begin_object();
    for (const Binding& binding : route.bindings) {
      const bool is_member =
          binding.place == Place::kBody || binding.place == Place::kEither || binding.place == Place::kScope;
      if (!is_member) continue;
      writer_.key(binding.name);
      writer_.raw(is_named_tenant(route, binding) ? std::string(kUuidSchema) : member_schema(binding));
    }
    writer_.end_object();
    writer_.end_object();
  }

  void write_responses(const Route& route) {
    writer_.key("responses");
    writer_.begin_object();
    write_success(route);
    if (route.answer == Answer::kHealth) {
      writer_.key("503");
      writer_.raw(
          R"({"description":"The database cannot be reached","content":{"application/json":{"schema":)"
          R"({"$ref":"#/components/schemas/Health"}}}})");
    } else if (route.scope != identity::kNoScope) {
      for (const Refusal& refusal : kRefusals) {
        if (!can_refuse(route, refusal.status)) continue;
        writer_.key(std::to_string(refusal.status));
        if (refusal.status == 409 && route.answer == Answer::kVerdict) {
          writer_.raw(kVerdictOrRefusal);
          continue;
        }
        writer_.raw(R"({"$ref":"#/components/responses/)" + std::string(refusal.name) + "\"}");
      }
    }
    writer_.end_object();
  }

  static bool can_refuse(const Route& route, int status) {
    const bool is_change = route.effect == database::Effect::kWrites;
    switch (status) {
      case 410:
        return (is_change || route.answer == Answer::kVerdict) &&
               (route.tenant == TenantRule::kRequired || route.tenant == TenantRule::kNamed);
      case 412:
        return is_change || route.versioning != Versioning::kNone;
      case 415:
        return takes_body(route);
      default:
        return true;
    }
  }

  void write_success(const Route& route) {
    write_answer(route, status_of(route),
                 route.answer == Answer::kBatch ? "An outcome for each command" : "Done");
    if (!route.location.empty()) write_answer(route, kCreated, "Made");
    if (route.versioning == Versioning::kAnswersEtag) {
      writer_.key("304");
      writer_.raw(R"({"description":"It has an ETag of If-None-Match"})");
    }
  }

  void write_answer(const Route& route, int status, std::string_view description) {
    writer_.key(std::to_string(status));
    writer_.begin_object();
    writer_.member("description", description);
    if (route.scope != identity::kNoScope) write_headers(route, status);
    if (route.answer != Answer::kNoContent) {
      writer_.key("content");
      writer_.raw(R"({"application/json":{"schema":)" + answer_schema(route) + "}}");
    }
    write_links(route);
    writer_.end_object();
  }

  void write_headers(const Route& route, int status) {
    const auto header = [this](std::string_view name, std::string_view description, std::string_view schema) {
      writer_.key(name);
      writer_.begin_object();
      writer_.member("description", description);
      writer_.key("schema");
      writer_.raw(schema);
      writer_.end_object();
    };
    constexpr std::string_view kString = R"({"type":"string"})";
    writer_.key("headers");
    writer_.begin_object();
    header("x-correlation-id", "That of the request, or of the command", kString);
    if (route.versioning == Versioning::kAnswersEtag || route.versioning == Versioning::kTakesEtag)
      header("ETag", "For If-Match and If-None-Match", kString);
    constexpr std::string_view kReference = R"({"type":"string","format":"uri-reference"})";
    if (status == kCreated) header("Location", "Of what was made", kReference);
    if (route.answer == Answer::kExecution) {
      header("Location", "Of its dispatch", kReference);
      header("Idempotent-Replayed", "The key was used before, and this is the answer of then",
             R"({"const":"true"})");
    }
    writer_.end_object();
  }

  // What one would ask next.
  void write_links(const Route& route) {
    const auto link = [this](std::string_view name, std::string_view operation, std::string_view parameters) {
      writer_.key(name);
      writer_.begin_object();
      writer_.member("operationId", operation);
      writer_.key("parameters");
      writer_.raw(parameters);
      writer_.end_object();
    };
    constexpr std::string_view kOfCommand = R"({"commandId":"$response.body#/commandId"})";
    if (route.answer != Answer::kExecution) return;
    writer_.key("links");
    writer_.begin_object();
    link("dispatch", "getDispatch", kOfCommand);
    link("replay", "replayDispatch", kOfCommand);
    link("acknowledge", "acknowledgeCommand", kOfCommand);
    writer_.end_object();
  }

  void write_components() {
    writer_.key("components");
    writer_.begin_object();
    writer_.key("schemas");
    writer_.begin_object();
    for (const auto& [name, schema] : schemas()) {
      writer_.key(name);
      writer_.raw(schema);
    }
    writer_.end_object();
    writer_.key("responses");
    writer_.begin_object();
    for (const Refusal& refusal : kRefusals) write_refusal(refusal);
    writer_.end_object();
    writer_.key("securitySchemes");
    writer_.raw(R"({"bearer":{"type":"http","scheme":"bearer"}})");
    writer_.end_object();
    writer_.key("security");
    writer_.raw(callers_ == Callers::kWithToken ? R"([{"bearer":[]}])" : "[]");
  }

  // With the codes that lead to it.
  void write_refusal(const Refusal& refusal) {
    std::string codes;
    for (const problems::Entry& entry : problems::entries()) {
      if (entry.status != refusal.status) continue;
      codes += (codes.empty() ? ". code: " : ", ") + std::string(entry.code) +
               (entry.code.size() == 2 ? "…" : "") + " (" + std::string(entry.title) + ")";
    }
    writer_.key(refusal.name);
    writer_.begin_object();
    writer_.member("description", std::string(refusal.description) + codes);
    writer_.key("headers");
    writer_.raw(
        R"({"x-correlation-id":{"schema":{"type":"string"}},"Retry-After":{"description":"Seconds","schema":{"type":"integer"}}})");
    writer_.key("content");
    writer_.raw(R"({"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}})");
    writer_.end_object();
  }

  Callers callers_;
  Databases databases_;
  std::string out_;
  TextWriter writer_{out_};
};

std::string_view words_of(TenantRule rule) {
  switch (rule) {
    case TenantRule::kRequired:
    case TenantRule::kNamed:
      return "one";
    case TenantRule::kScope:
      return "one, or all";
    case TenantRule::kOperator:
      return "all";
    case TenantRule::kNone:
      break;
  }
  return "";
}

// A cell of a table ends at a bar.
std::string cell(std::string text) {
  std::size_t at = 0;
  while ((at = text.find('|', at)) != std::string::npos) {
    text.insert(at, "\\");
    at += 2;
  }
  return text;
}

std::string function_cell(const Route& route) {
  if (route.function.empty()) return "";
  const std::string schema = route.extension == "command_center" ? "" : route.extension + ".";
  return "`" + schema + route.function + "`";
}

std::string members_of(const Route& route) {
  std::string text;
  for (const Binding& binding : route.bindings) {
    if (binding.place == Place::kPath || binding.place == Place::kTenant || binding.place == Place::kActor)
      continue;
    if (!text.empty()) text += "; ";
    text += (binding.place == Place::kQuery ? "`?" : "`") + binding.name + "`";
    if (binding.presence == Presence::kRequired) text += " (required)";
  }
  return text;
}

}  // namespace

std::string openapi_document(Callers callers, Databases databases) {
  return Document(callers, databases).take();
}

std::string route_tables() {
  std::string text =
      "| method and path | what it does | operation | function | scope | tenants | takes | answers "
      "|\n|---|---|---|---|---|---|---|---|\n";
  for (const Route& route : all_routes()) {
    text += "| `" + route.method + " " + route.path + "` | " + cell(route.summary) + " | `" +
            route.operation + "` | " + function_cell(route) + " | " +
            (route.scope == identity::kNoScope ? "" : "`" + std::string(name_of(route.scope)) + "`") + " | " +
            std::string(words_of(route.tenant)) + " | " + cell(members_of(route)) + " | " +
            std::to_string(status_of(route)) + (route.location.empty() ? "" : ", 201") +
            (takes_condition(route) ? ", ETag" : "") + " |\n";
  }
  return text;
}

}  // namespace command_center::api::routes
