#include "api/routes/schemas.hpp"

#include "api/routes/rows/shapes.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::api::routes {
namespace {

using rows::Field;
using rows::Null;
using rows::Shape;

constexpr std::string_view kUuid = R"("type":"string","format":"uuid")";

// The members of a schema, without its braces; "type" comes first.
std::string type_members(Kind kind) {
  switch (kind) {
    case Kind::kUuid:
      return std::string(kUuid);
    case Kind::kInteger:
      return R"("type":"integer","format":"int32","minimum":-2147483648,"maximum":2147483647)";
    case Kind::kLong:
      return R"("type":"integer","format":"int64","minimum":-9223372036854775808,"maximum":9223372036854775807)";
    case Kind::kNumber:
      return R"("type":"number")";
    case Kind::kBoolean:
      return R"("type":"boolean")";
    case Kind::kTime:
      return R"("type":"string","format":"date-time")";
    case Kind::kDate:
      return R"("type":"string","format":"date")";
    case Kind::kDay:
      return R"("type":"string","anyOf":[{"format":"date"},{"format":"date-time"}])";
    case Kind::kInterval:
      return R"("type":"string","format":"duration")";
    case Kind::kObject:
    case Kind::kObjectOrNull:
      return R"("type":"object")";
    case Kind::kSchema:
      return R"("type":["object","boolean"])";
    case Kind::kArray:
      return R"("type":"array")";
    case Kind::kTexts:
      return R"("type":"array","items":{"type":"string"})";
    case Kind::kUuids:
      return R"("type":"array","items":{"type":"string","format":"uuid"})";
    case Kind::kText:
      return R"("type":"string")";
    case Kind::kAny:
      break;
  }
  return {};
}

std::string words_member(const std::vector<std::string>& words, Null null) {
  std::string text = R"(,"enum":[)";
  for (std::size_t index = 0; index < words.size(); ++index)
    text += (index > 0 ? ",\"" : "\"") + words[index] + "\"";
  return text + (null == Null::kMaybe ? ",null]" : "]");
}

// {"type":["string","null"], …}
std::string with_null(std::string members) {
  constexpr std::string_view kType = R"("type":)";
  const std::size_t end = members.find('"', kType.size() + 1) + 1;
  const std::string type = members.substr(kType.size(), end - kType.size());
  return std::string(kType) + "[" + type + ",\"null\"]" + members.substr(end);
}

// As shapes.cpp writes it: the format "duration" knows no fraction of a second.
constexpr const char* kDuration =
    R"("type":"string","pattern":"^P-?[0-9]+M-?[0-9]+DT-?[0-9]+([.][0-9]+)?S$")";

std::string schema_of(const Field& field) {
  std::string members = field.kind == Kind::kInterval ? kDuration : type_members(field.kind);
  if (field.null == Null::kMaybe && field.kind != Kind::kAny) members = with_null(members);
  if (!field.words.empty()) members += words_member(field.words, field.null);
  return "{" + members + "}";
}

std::string schema_of(const Shape& shape) {
  std::string required;
  std::string properties;
  for (const Field& field : shape.fields) {
    required += (required.empty() ? "\"" : ",\"") + field.name + "\"";
    properties += (properties.empty() ? "\"" : ",\"") + field.name + "\":" + schema_of(field);
  }
  return R"({"type":"object","required":[)" + required + R"(],"properties":{)" + properties + "}}";
}

std::string items_of(std::string_view shape) {
  return R"("items":{"type":"array","items":{"$ref":"#/components/schemas/)" + std::string(shape) + "\"}}";
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

// What the functions answer as it stands, and what is not a row.
std::vector<std::pair<std::string, std::string>> written() {
  const std::string id = R"({"type":"string","format":"uuid"})";
  const std::string text_or_null = R"({"type":["string","null"]})";
  const auto object = [](const std::string& required, const std::string& properties) {
    return R"({"type":"object","required":[)" + required + R"(],"properties":{)" + properties + "}}";
  };
  const std::string changed = R"("changed":{"type":"boolean"})";
  const std::string acceptance = R"("commandId":)" + id +
                                 R"(,"commandName":{"type":"string"},"targetService":)" + text_or_null +
                                 R"(,"correlationId":)" + text_or_null;
  return {
      {"JsonObject", R"({"type":"object"})"},
      {"JsonSchema", R"({"type":["object","boolean"]})"},
      {"Problem",
       R"({"type":"object","required":["type","title","status"],"properties":{"type":{"type":"string"},)"
       R"("title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"},"instance":{"type":"string"},)"
       R"("code":{"type":"string","description":"An SQLSTATE"},"hint":{"type":"string"},"outcome":{"const":"unknown"},)"
       R"("errors":{"type":"array"},"details":{"type":"object"}}})"},
      {"LockConflict",
       object(
           R"("type","status","code","witness")",
           R"("type":{"type":"string"},"title":{"type":"string"},"status":{"const":"CONFLICT"},"detail":{"type":"string"},)"
           R"("instance":{"type":"string"},"code":{"const":"KC007"},"hint":{"type":"string"},)"
           R"("witness":{"type":"object","description":"The lock: lockId, reservationId, stayStart, stayEnd, expiresAt, version; )"
           R"(or the night of the room type: night, capacity, overbooking, outOfOrder, held"})")},
      {"ReleasedLocks",
       object(R"("status","released")", R"("status":{"const":"released"},"released":{"type":"integer"})")},
      {"Acceptance", object(R"("status","commandId","commandName","targetService","correlationId")",
                            R"("status":{"const":"accepted"},)" + acceptance +
                                R"(,"mode":{"enum":["observe"]},"result":{})")},
      {"AcceptedOutcome",
       object(R"("status","commandId","commandName","targetService","correlationId","replayed")",
              R"("status":{"const":"accepted"},)" + acceptance +
                  R"(,"replayed":{"type":["boolean","null"]},"mode":{"enum":["observe"]},"result":{})")},
      {"RefusedOutcome",
       object(R"("status","problem")", R"("status":{"const":"refused"},"commandName":{"type":"string"},)"
                                       R"("problem":{"$ref":"#/components/schemas/Problem"})")},
      {"BatchOutcomes",
       object(
           R"("outcomes")",
           R"("outcomes":{"type":"array","items":{"oneOf":[{"$ref":"#/components/schemas/AcceptedOutcome"},)"
           R"({"$ref":"#/components/schemas/RefusedOutcome"}]}})")},
      {"Explanation",
       object(R"("accepted")", R"("accepted":{"type":"boolean"},"refusal":{"type":"object"},)"
                               R"("commandId":{"type":"string"},"messages":{"type":"array"})")},
      {"EventExplanation",
       object(R"("accepted")", R"("accepted":{"type":"boolean"},"refusal":{"type":"object"})")},
      {"Validation", object(R"("valid")", R"("valid":{"type":"boolean"},"errors":{"type":"array"})")},
      {"Dispatch", object(R"("commandId","commandName","status")",
                          R"("commandId":)" + id +
                              R"(,"commandName":{"type":"string"},"status":{"enum":)"
                              R"(["received","published","consumed","completed","failed","ignored"]})")},
      {"Replay",
       object(R"("status","commandId","commandName","messages")",
              R"("status":{"const":"accepted"},)" + acceptance +
                  R"(,"messages":{"type":"array","items":{"$ref":"#/components/schemas/ReplayedMessage"}})")},
      {"Acknowledged", object(R"("status","commandId","recorded")",
                              R"("status":{"const":"accepted"},"commandId":)" + id +
                                  R"(,"recorded":{"type":"boolean","description":"False: it was known"})")},
      {"PublishedEvent",
       object(R"("status","messageId")", R"("status":{"const":"accepted"},"messageId":)" + id)},
      {"Findings", object(R"("findings")",
                          R"("findings":{"type":"array","items":{"$ref":"#/components/schemas/Finding"}})")},
      {"ChangedRoute",
       object(R"("routeId","version","command")",
              R"("routeId":)" + id + R"(,"version":{"type":"integer"},"command":{"type":"string"})")},
      {"ChangedFeature",
       object(R"("featureId","version","status")",
              R"("featureId":)" + id + R"(,"version":{"type":"integer"},"status":{"type":"string"})")},
      {"ChangedTopic",
       object(R"("topic","version")", R"("topic":{"type":"string"},"version":{"type":"integer"})")},
      {"ChangedSubscription", object(R"("subscription","version")",
                                     R"("subscription":{"type":"string"},"version":{"type":"integer"})")},
      {"MovedOffset", object(R"("subscription","nextOffset","offsetBefore")",
                             R"("subscription":{"type":"string"},"nextOffset":{"type":"integer"},)"
                             R"("offsetBefore":{"type":["integer","null"]})")},
      {"ChangedService", object(R"("serviceId")", R"("serviceId":{"type":"string"})")},
      {"ChangedModule", object(R"("module","tenantId","changed")",
                               R"("module":{"type":"string"},"tenantId":)" + id + "," + changed)},
      {"ChangedEnvironment",
       object(R"("environment","changed")", R"("environment":{"type":"string"},)" + changed)},
      {"ChangedPolicy", object(R"("policy","changed")", R"("policy":{"type":"string"},)" + changed)},
      {"Registered", object(R"("uri")", R"("uri":{"type":"string"})")},
      {"LoadedCatalog",
       object(R"("catalog","commands")", R"("catalog":{"type":"string"},"commands":{"type":"integer"})")},
      {"DiscardedDeadLetters", object(R"("discarded")", R"("discarded":{"type":"integer"})")},
      {"ReleasedMessages", object(R"("released")", R"("released":{"type":"integer"})")},
      {"DiscardedMessages", object(R"("discarded","released")",
                                   R"("discarded":{"type":"integer"},"released":{"type":"integer"})")},
      {"Health", object(R"("status")", R"("status":{"enum":["ok","unavailable"]})")},
  };
}

// What a body leaves out it may say as null.
std::string binding_members(const Binding& binding, Null null) {
  std::string members = type_members(binding.kind);
  if (binding.most != 0)
    members = R"("type":"integer","minimum":)" + std::to_string(binding.least) + R"(,"maximum":)" +
              std::to_string(binding.most);
  // An empty segment is another path, and what is required says something.
  if (binding.presence == Presence::kRequired && binding.kind == Kind::kText && binding.words.empty())
    members += R"(,"minLength":1)";
  if (null == Null::kMaybe)
    members = binding.kind == Kind::kSchema ? R"("type":["object","boolean","null"])" : with_null(members);
  if (!binding.words.empty()) members += words_member(binding.words, null);
  return members;
}

}  // namespace

std::string parameter_schema(const Binding& binding) {
  if (binding.place == Place::kScope)
    return "{\"anyOf\":[{" + binding_members(binding, Null::kNever) + R"(},{"const":"null"}]})";
  return "{" + binding_members(binding, Null::kNever) + "}";
}

std::string member_schema(const Binding& binding) {
  const bool takes_null = binding.kind == Kind::kObjectOrNull ||
                          (binding.presence == Presence::kOptional && binding.kind != Kind::kAny);
  const std::string members = binding_members(binding, takes_null ? Null::kMaybe : Null::kNever);
  std::string schema = R"({"description":)";
  json::TextWriter(schema).text(binding.description);
  return schema + (members.empty() ? "" : ",") + members + "}";
}

std::string answer_schema(const Route& route) {
  const std::string_view name = route.schema;
  if (ends_with(name, "Page")) {
    const Kind cursor = find_binding(route, "pageAfter")->kind;
    return R"({"type":"object","required":["items","nextPageAfter"],"properties":{)" +
           items_of(name.substr(0, name.size() - 4)) + R"(,"nextPageAfter":{)" +
           with_null(type_members(cursor)) + R"(,"description":"null: there is no other page"}}})";
  }
  if (ends_with(name, "List"))
    return R"({"type":"object","required":["items"],"properties":{)" +
           items_of(name.substr(0, name.size() - 4)) + "}}";
  return R"({"$ref":"#/components/schemas/)" + std::string(name) + "\"}";
}

const std::vector<std::pair<std::string, std::string>>& schemas() {
  static const auto all = [] {
    auto made = written();
    for (const Shape* shape : rows::shapes()) made.emplace_back(shape->name, schema_of(*shape));
    return made;
  }();
  return all;
}

}  // namespace command_center::api::routes
