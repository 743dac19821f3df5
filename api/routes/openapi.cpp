// Bodies and parameters come from the bindings; what execute and batch take is written here.
#include "api/routes/openapi.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "api/routes/binding.hpp"
#include "api/routes/route.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::api::routes {
namespace {

using json::TextWriter;

constexpr std::string_view kUuidPattern = R"({"type":"string","format":"uuid"})";

std::string_view schema_of(Kind kind) {
  switch (kind) {
    case Kind::kUuid:
      return kUuidPattern;
    case Kind::kInteger:
      return R"({"type":"integer","minimum":-2147483648,"maximum":2147483647})";
    case Kind::kBoolean:
      return R"({"type":"boolean"})";
    case Kind::kTime:
      return R"({"type":"string","format":"date-time"})";
    case Kind::kObject:
      return R"({"type":"object"})";
    case Kind::kArray:
      return R"({"type":"array"})";
    case Kind::kTexts:
      return R"({"type":"array","items":{"type":"string"}})";
    case Kind::kAny:
      return "{}";
    case Kind::kText:
    case Kind::kInterval:
      break;
  }
  return R"({"type":"string"})";
}

constexpr std::string_view kExecutionSchema =
    R"({"description":"{\"payload\": ...} with what goes with it; or, without a member of that name, the payload itself","oneOf":[)"
    R"({"type":"object","required":["payload"],"additionalProperties":false,"properties":{"payload":{},"commandName":{"type":"string"},)"
    R"("tenantId":{"type":"string","format":"uuid"},"propertyId":{"type":["string","null"],"format":"uuid"},)"
    R"("environment":{"type":["string","null"]},"correlationId":{"type":["string","null"]},)"
    R"("idempotencyKey":{"type":["string","null"]},"traceparent":{"type":["string","null"]}}},)"
    R"({"not":{"type":"object","required":["payload"]}}]})";

constexpr std::string_view kBatchSchema =
    R"({"oneOf":[{"type":"array"},{"type":"object","required":["commands"],"additionalProperties":false,)"
    R"("properties":{"commands":{"type":"array","maxItems":10000},"allOrNothing":{"type":"boolean"}}}]})";

constexpr std::string_view kAcceptance =
    R"({"type":"object","required":["status","commandId","commandName","targetService","correlationId"],"properties":{)"
    R"("status":{"const":"accepted"},"commandId":{"type":"string","format":"uuid"},"commandName":{"type":"string"},)"
    R"("targetService":{"type":["string","null"]},"correlationId":{"type":["string","null"]},"mode":{"type":"string"},)"
    R"("result":{}}})";

constexpr std::string_view kProblem =
    R"({"type":"object","required":["type","title","status"],"properties":{"type":{"type":"string"},)"
    R"("title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"},"instance":{"type":"string"},)"
    R"("code":{"type":"string"},"hint":{"type":"string"},"outcome":{"const":"unknown"},)"
    R"("errors":{"type":"array"},"details":{"type":"object"}}})";

bool is_execution(const Route& route) {
  return route.answer == Answer::kExecution || route.answer == Answer::kExplanation ||
         route.answer == Answer::kValidation;
}

int status_of(const Route& route) {
  switch (route.answer) {
    case Answer::kCreated:
      return 201;
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

  void write_operation(const Route& route) {
    std::string method = route.method;
    std::transform(method.begin(), method.end(), method.begin(),
                   [](char letter) { return static_cast<char>(letter - 'A' + 'a'); });
    writer_.key(method);
    writer_.begin_object();
    writer_.member("operationId", route.operation);
    writer_.member("summary", route.summary);
    if (route.scope == identity::kNoScope) {
      writer_.key("security");
      writer_.raw("[]");
    } else {
      writer_.member("description", "Scope: " + std::string(name_of(route.scope)));
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
                    kUuidPattern);
    if (databases_ == Databases::kSeveral && !needs_tenant(route))
      write_parameter("header", "x-database", "false",
                      "Which of several databases it is for, where no tenant says so", kString);
    write_parameter("header", "x-correlation-id", "false", "Comes back with the answer",
                    R"({"type":"string","minLength":1,"maxLength":256})");
    if (route.answer == Answer::kExecution || route.answer == Answer::kExplanation)
      write_parameter("header", "Idempotency-Key", "false", "A retry with the same key has no second effect",
                      R"({"type":"string","minLength":1,"maxLength":255})");
    if (takes_condition(route)) {
      write_parameter("header", "If-Match", "false", "The ETag that is to be changed", kString);
      if (route.method != "DELETE")
        write_parameter("header", "If-None-Match", "false", "*: there must be none yet", R"({"const":"*"})");
    }
    for (const Binding& binding : route.bindings) {
      if (binding.place == Place::kPath) {
        write_parameter(
            "path", binding.name, "true", binding.description,
            binding.kind == Kind::kText ? R"({"type":"string","minLength":1})" : schema_of(binding.kind));
      } else if (binding.place == Place::kQuery || binding.place == Place::kEither ||
                 binding.place == Place::kScope) {
        write_parameter("query", binding.name, "false", binding.description, schema_of(binding.kind));
      }
    }
    writer_.end_array();
  }

  void write_body(const Route& route) {
    writer_.key("requestBody");
    writer_.begin_object();
    writer_.key("required");
    writer_.raw("true");
    writer_.key("content");
    writer_.begin_object();
    writer_.key("application/json");
    writer_.begin_object();
    writer_.key("schema");
    if (is_execution(route)) {
      writer_.raw(kExecutionSchema);
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
      // Null is as good as left out.
      if (binding.presence == Presence::kRequired || binding.kind == Kind::kAny) {
        writer_.raw(schema_of(binding.kind));
      } else {
        writer_.raw(R"({"oneOf":[{"type":"null"},)" + std::string(schema_of(binding.kind)) + "]}");
      }
    }
    writer_.end_object();
    writer_.end_object();
  }

  void write_responses(const Route& route) {
    writer_.key("responses");
    writer_.begin_object();
    writer_.key(std::to_string(status_of(route)));
    writer_.begin_object();
    writer_.member("description", route.answer == Answer::kBatch ? "An outcome for each command" : "Done");
    if (route.answer != Answer::kNoContent) {
      writer_.key("content");
      writer_.raw(R"({"application/json":{"schema":)" +
                  std::string(route.answer == Answer::kExecution
                                  ? R"({"$ref":"#/components/schemas/Acceptance"})"
                                  : "{}") +
                  "}}");
    }
    writer_.end_object();
    if (route.answer == Answer::kHealth) {
      writer_.key("503");
      writer_.raw(
          R"({"description":"The database cannot be reached","content":{"application/json":{"schema":{}}}})");
    } else {
      writer_.key("default");
      writer_.raw(R"({"$ref":"#/components/responses/Problem"})");
    }
    writer_.end_object();
  }

  void write_components() {
    writer_.key("components");
    writer_.begin_object();
    writer_.key("schemas");
    writer_.begin_object();
    writer_.key("Acceptance");
    writer_.raw(kAcceptance);
    writer_.key("Problem");
    writer_.raw(kProblem);
    writer_.end_object();
    writer_.key("responses");
    writer_.raw(
        R"({"Problem":{"description":"Refused","content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}}})");
    writer_.key("securitySchemes");
    writer_.raw(R"({"bearer":{"type":"http","scheme":"bearer"}})");
    writer_.end_object();
    writer_.key("security");
    writer_.raw(callers_ == Callers::kWithToken ? R"([{"bearer":[]}])" : "[]");
  }

  Callers callers_;
  Databases databases_;
  std::string out_;
  TextWriter writer_{out_};
};

std::string_view words_of(TenantRule rule) {
  switch (rule) {
    case TenantRule::kRequired:
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
      "| method and path | what it does | function | scope | tenants | takes | answers "
      "|\n|---|---|---|---|---|---|---|\n";
  for (const Route& route : all_routes()) {
    text += "| `" + route.method + " " + route.path + "` | " + cell(route.summary) + " | " +
            (route.function.empty() ? "" : "`" + route.function + "`") + " | " +
            (route.scope == identity::kNoScope ? "" : "`" + std::string(name_of(route.scope)) + "`") + " | " +
            std::string(words_of(route.tenant)) + " | " + cell(members_of(route)) + " | " +
            std::to_string(status_of(route)) + (takes_condition(route) ? ", ETag" : "") + " |\n";
  }
  return text;
}

}  // namespace command_center::api::routes
