// A value is checked against its kind here, so that the server's own words on it are the exception.
#include "api/routes/binding.hpp"

#include <algorithm>
#include <charconv>

#include "api/routes/match.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/json/member_names.hpp"
#include "extension/core/json/pointer.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::api::routes {
namespace {

using bodies::JsonDocument;
using bodies::Type;
using bodies::Value;
using database::Parameter;

struct Mistake {
  std::string location;
  std::string error;
};

constexpr const char* kMustBe[] = {
    "must be a string",           "must be a UUID",          "must be an integer",
    "must be a boolean",          "must be a date and time", "must be a duration",
    "must be an object",          "must be an array",        "",
    "must be an array of strings"};

const char* must_be(Kind kind) {
  return kMustBe[static_cast<int>(kind)];
}

bool is_integer(std::string_view text) {
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// Nothing: it is not of this kind.
std::optional<std::string> read_text(Kind kind, std::string_view text) {
  if (!bodies::fits_text(text)) return std::nullopt;
  if (kind == Kind::kUuid) {
    const auto uuid = identifiers::parse_uuid(text);
    if (!uuid) return std::nullopt;
    return identifiers::to_text(*uuid);
  }
  const bool fits = kind == Kind::kInteger   ? is_integer(text)
                    : kind == Kind::kBoolean ? text == "true" || text == "false"
                                             : true;
  if (!fits) return std::nullopt;
  return std::string(text);
}

// {"a","b"}: an array as the server reads it.
std::optional<std::string> read_texts(std::string_view raw) {
  const auto parsed = bodies::parse_json(raw);
  const auto* array = std::get_if<JsonDocument>(&parsed);
  if (array == nullptr || array->root.type != Type::kArray) return std::nullopt;
  std::string literal = "{";
  for (const Value& element : array->elements) {
    if (element.type != Type::kString) return std::nullopt;
    literal += literal.size() > 1 ? ",\"" : "\"";
    for (const char character : element.string) {
      if (character == '"' || character == '\\') literal.push_back('\\');
      literal.push_back(character);
    }
    literal.push_back('"');
  }
  literal.push_back('}');
  return literal;
}

std::optional<std::string> read_value(Kind kind, const Value& value) {
  switch (kind) {
    case Kind::kAny:
      return std::string(value.raw);
    case Kind::kObject:
      if (value.type != Type::kObject) return std::nullopt;
      return std::string(value.raw);
    case Kind::kArray:
      if (value.type != Type::kArray) return std::nullopt;
      return std::string(value.raw);
    case Kind::kTexts:
      return read_texts(value.raw);
    case Kind::kInteger:
      if (value.type != Type::kNumber || !is_integer(value.raw)) return std::nullopt;
      return std::string(value.raw);
    case Kind::kBoolean:
      if (value.type != Type::kBoolean) return std::nullopt;
      return std::string(value.raw);
    case Kind::kText:
    case Kind::kUuid:
    case Kind::kTime:
    case Kind::kInterval:
      break;
  }
  if (value.type != Type::kString) return std::nullopt;
  return read_text(kind, value.string);
}

const Value* find_member(const JsonDocument* body, std::string_view name) {
  if (body == nullptr) return nullptr;
  for (const bodies::Member& member : body->members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

bool is_in_body(Place place) {
  return place == Place::kBody || place == Place::kEither || place == Place::kScope;
}

bool is_in_query(Place place) {
  return place == Place::kQuery || place == Place::kEither || place == Place::kScope;
}

class Binder {
 public:
  Binder(const Route& route, const http::Request& request, const JsonDocument* body, const Context& context)
      : route_(route), request_(request), body_(body), context_(context) {}

  std::variant<std::vector<Parameter>, problems::Problem> bind() {
    if (auto problem = find_unknown_parameter()) return std::move(*problem);
    find_unknown_members();
    for (const Binding& binding : route_.bindings) {
      if (auto problem = read(binding)) return std::move(*problem);
    }
    if (!mistakes_.empty()) return body_problem();
    std::vector<Parameter> parameters;
    for (const std::string& name : route_.parameters) parameters.push_back(value_of(name));
    return parameters;
  }

 private:
  std::vector<std::string_view> names(bool (*is_there)(Place)) const {
    std::vector<std::string_view> all;
    for (const Binding& binding : route_.bindings) {
      if (is_there(binding.place)) all.push_back(binding.name);
    }
    return all;
  }

  std::optional<problems::Problem> find_unknown_parameter() const {
    const auto known = names(is_in_query);
    for (std::size_t index = 0; index < request_.query.size(); ++index) {
      const std::string& name = request_.query[index].first;
      if (std::find(known.begin(), known.end(), name) == known.end())
        return problems::make(400, "the query has a parameter that is unknown",
                              json::unknown_member(name, known.data(), known.size(), "this query"));
      for (std::size_t before = 0; before < index; ++before) {
        if (request_.query[before].first == name)
          return problems::make(400, "the query has a parameter twice: " + name);
      }
    }
    return std::nullopt;
  }

  void find_unknown_members() {
    if (body_ == nullptr) return;
    auto known = names(is_in_body);
    // What the path says may be said again.
    const Binding* command = find_binding(route_, "commandName");
    if (command != nullptr && command->place == Place::kPath) known.emplace_back("commandName");
    for (std::size_t index = 0; index < body_->members.size(); ++index) {
      const std::string& name = body_->members[index].name;
      if (std::find(known.begin(), known.end(), name) == known.end())
        add(name, json::unknown_member(name, known.data(), known.size(), "this request"));
      for (std::size_t before = 0; before < index; ++before) {
        if (body_->members[before].name == name) add(name, "is given twice");
      }
    }
    for (const char* name : {"command", "commandName"}) {
      const Value* said = find_member(body_, name);
      const std::string_view in_path = path_value(route_, request_.segments, "commandName");
      if (said != nullptr && !in_path.empty() && said->string != in_path)
        add(name, "is not that of the path");
    }
  }

  // A problem where the mistake is none of the body's.
  std::optional<problems::Problem> read(const Binding& binding) {
    if (binding.place == Place::kPath) {
      auto value = read_text(binding.kind, path_value(route_, request_.segments, binding.name));
      if (!value) return problems::make(400, binding.name + " " + must_be(binding.kind));
      keep(binding.name, std::move(*value));
      return std::nullopt;
    }
    if (is_in_query(binding.place) && binding.place != Place::kScope) {
      if (const auto text = request_.parameter(binding.name)) {
        auto value = read_text(binding.kind, *text);
        if (!value) return problems::make(400, "the parameter " + binding.name + " " + must_be(binding.kind));
        keep(binding.name, std::move(*value));
        return std::nullopt;
      }
    }
    if (binding.place == Place::kBody || binding.place == Place::kEither) read_member(binding);
    return std::nullopt;
  }

  void read_member(const Binding& binding) {
    const Value* value = find_member(body_, binding.name);
    const bool is_null = value != nullptr && value->type == Type::kNull && binding.kind != Kind::kAny;
    if (value == nullptr || is_null) {
      if (binding.presence == Presence::kRequired) add(binding.name, "is required");
      return;
    }
    auto read = read_value(binding.kind, *value);
    if (!read) return add(binding.name, must_be(binding.kind));
    keep(binding.name, std::move(*read));
  }

  void keep(const std::string& name, std::string value) { values_.emplace_back(name, std::move(value)); }

  void add(std::string_view name, std::string error) {
    std::string location;
    json::append_token(location, name);
    mistakes_.push_back({std::move(location), std::move(error)});
  }

  problems::Problem body_problem() const {
    problems::Problem problem = problems::make_coded(
        "KC013", body_ == nullptr ? "the request has no body" : "the body is not what this path takes");
    json::TextWriter writer(problem.errors);
    writer.begin_array();
    for (const Mistake& mistake : mistakes_) {
      writer.begin_object();
      writer.member("location", mistake.location);
      writer.member("error", mistake.error);
      writer.end_object();
    }
    writer.end_array();
    return problem;
  }

  Parameter value_of(const std::string& name) const {
    if (const Binding* binding = find_binding(route_, name)) {
      if (binding->place == Place::kTenant) return context_.tenant;
      if (binding->place == Place::kScope) return context_.scope;
      if (binding->place == Place::kActor)
        return context_.actor.empty() ? std::nullopt : Parameter(context_.actor);
    } else if (name == "etagId") {
      return context_.condition.etag_id;
    } else if (name == "expectedVersion") {
      return context_.condition.expected_version;
    }
    for (const auto& [known, value] : values_) {
      if (known == name) return value;
    }
    return std::nullopt;
  }

  const Route& route_;
  const http::Request& request_;
  const JsonDocument* body_;
  const Context& context_;
  std::vector<std::pair<std::string, std::string>> values_;
  std::vector<Mistake> mistakes_;
};

problems::Problem bad_etag() {
  return problems::make(400, "If-Match is not one of our ETags, which look like \"<id>.<version>\"");
}

}  // namespace

std::variant<Condition, problems::Problem> read_condition(const http::Request& request) {
  Condition condition;
  if (const auto none_match = request.header("if-none-match")) {
    if (*none_match != "*") return problems::make(400, "If-None-Match takes * only: there must be none yet");
    if (request.header("if-match"))
      return problems::make(400, "If-Match and If-None-Match contradict each other");
    condition.expected_version = "0";
    return condition;
  }
  const auto match = request.header("if-match");
  if (!match) return condition;
  std::string_view text = *match;
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return bad_etag();
  text = text.substr(1, text.size() - 2);
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return bad_etag();
  const auto id = identifiers::parse_uuid(text.substr(0, dot));
  const std::string_view version = text.substr(dot + 1);
  if (!id || !is_integer(version) || version.front() == '-' || version == "0") return bad_etag();
  condition.etag_id = identifiers::to_text(*id);
  condition.expected_version = std::string(version);
  return condition;
}

std::variant<Asked, problems::Problem> read_scope(const http::Request& request, const JsonDocument* body) {
  const auto refused = [] { return problems::make(400, "tenantId must be a UUID"); };
  const Value* member = find_member(body, "tenantId");
  const auto parameter = request.parameter("tenantId");
  std::optional<std::string> in_query;
  if (parameter) {
    in_query = read_text(Kind::kUuid, *parameter);
    if (!in_query) return refused();
  }
  if (member == nullptr) return Asked{parameter.has_value(), in_query};
  Asked asked{true, std::nullopt};
  if (member->type != Type::kNull) {
    asked.tenant = read_value(Kind::kUuid, *member);
    if (!asked.tenant) return refused();
  }
  if (parameter && asked.tenant != in_query)
    return problems::make(400, "tenantId of the query and tenantId of the body contradict each other");
  return asked;
}

std::variant<std::vector<Parameter>, problems::Problem> bind(const Route& route, const http::Request& request,
                                                             const JsonDocument* body,
                                                             const Context& context) {
  return Binder(route, request, body, context).bind();
}

bool takes_body(const Route& route) {
  if (route.method == "GET" || route.method == "DELETE") return false;
  switch (route.answer) {
    case Answer::kExecution:
    case Answer::kExplanation:
    case Answer::kValidation:
    case Answer::kBatch:
      return true;
    default:
      break;
  }
  return std::any_of(route.bindings.begin(), route.bindings.end(), [](const Binding& binding) {
    return binding.place == Place::kBody || binding.place == Place::kEither;
  });
}

}  // namespace command_center::api::routes
