// A value is checked against its kind here, so that the server's own words on it are the exception.
#include "api/routes/binding.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "api/routes/idempotency_key.hpp"
#include "api/routes/match.hpp"
#include "daemon/postgres/texts.hpp"
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

// Of members that are nobody's: whoever sends twenty thousand of them learns no more from the rest.
constexpr std::size_t kMostStrangers = 100;

struct Mistake {
  std::string location;
  std::string error;
};

std::string must_be(const Binding& binding) {
  if (!binding.words.empty()) {
    std::string text = "must be ";
    for (std::size_t index = 0; index < binding.words.size(); ++index) {
      if (index > 0) text += index + 1 == binding.words.size() ? " or " : ", ";
      text += binding.words[index];
    }
    return text;
  }
  switch (binding.kind) {
    case Kind::kUuid:
      return "must be a UUID";
    case Kind::kInteger:
    case Kind::kLong:
      if (binding.most == 0) return "must be an integer";
      return "must be an integer from " + std::to_string(binding.least) + " to " +
             std::to_string(binding.most);
    case Kind::kBoolean:
      return "must be a boolean";
    case Kind::kTime:
      return "must be a date and time";
    case Kind::kDate:
      return "must be a date";
    case Kind::kDay:
      return "must be a date, or a date and time";
    case Kind::kInterval:
      return "must be a duration";
    case Kind::kObject:
      return "must be an object";
    case Kind::kObjectOrNull:
      return "must be an object or null";
    case Kind::kSchema:
      return "must be an object or a boolean";
    case Kind::kArray:
      return "must be an array";
    case Kind::kTexts:
      return "must be an array of strings";
    case Kind::kUuids:
      return "must be an array of UUIDs";
    case Kind::kText:
    case Kind::kNumber:
    case Kind::kAny:
      break;
  }
  return binding.presence == Presence::kRequired ? "must be a string, and not empty" : "must be a string";
}

template <class Number>
bool is_number(std::string_view text, const Binding& binding) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  return binding.most == 0 || (number >= binding.least && number <= binding.most);
}

bool fits(const Binding& binding, std::string_view text) {
  switch (binding.kind) {
    case Kind::kInteger:
      return is_number<std::int32_t>(text, binding);
    case Kind::kLong:
      return is_number<std::int64_t>(text, binding);
    case Kind::kBoolean:
      return text == "true" || text == "false";
    default:
      return binding.words.empty() ||
             std::find(binding.words.begin(), binding.words.end(), text) != binding.words.end();
  }
}

// Nothing: it is not what the binding takes.
std::optional<std::string> read_text(const Binding& binding, std::string_view text) {
  if (!postgres::is_text(text)) return std::nullopt;
  if (binding.kind == Kind::kUuid) {
    const auto uuid = identifiers::parse_uuid(text);
    if (!uuid) return std::nullopt;
    return identifiers::to_text(*uuid);
  }
  if (!fits(binding, text)) return std::nullopt;
  const bool is_missing = binding.presence == Presence::kRequired && text.empty();
  return is_missing ? std::nullopt : std::optional<std::string>(text);
}

std::optional<std::string> read_array(Kind kind, std::string_view raw) {
  const auto parsed = bodies::parse_json(raw);
  const auto* array = std::get_if<JsonDocument>(&parsed);
  if (array == nullptr || array->root.type != Type::kArray) return std::nullopt;
  std::vector<std::string> elements;
  for (const Value& element : array->elements) {
    if (element.type != Type::kString) return std::nullopt;
    if (kind == Kind::kUuids && !identifiers::parse_uuid(element.string)) return std::nullopt;
    elements.push_back(element.string);
  }
  return postgres::array_text(elements);
}

bool has_type(Kind kind, Type type) {
  switch (kind) {
    case Kind::kObject:
      return type == Type::kObject;
    case Kind::kObjectOrNull:
      return type == Type::kObject || type == Type::kNull;
    case Kind::kSchema:
      return type == Type::kObject || type == Type::kBoolean;
    case Kind::kArray:
      return type == Type::kArray;
    case Kind::kInteger:
    case Kind::kLong:
      return type == Type::kNumber;
    case Kind::kBoolean:
      return type == Type::kBoolean;
    default:
      return true;
  }
}

std::optional<std::string> read_value(const Binding& binding, const Value& value) {
  if (!has_type(binding.kind, value.type)) return std::nullopt;
  switch (binding.kind) {
    case Kind::kTexts:
    case Kind::kUuids:
      return read_array(binding.kind, value.raw);
    case Kind::kInteger:
    case Kind::kLong:
    case Kind::kBoolean:
      if (!fits(binding, value.raw)) return std::nullopt;
      return std::string(value.raw);
    case Kind::kText:
    case Kind::kUuid:
    case Kind::kTime:
    case Kind::kDate:
    case Kind::kDay:
    case Kind::kInterval:
      if (value.type != Type::kString) return std::nullopt;
      return read_text(binding, value.string);
    default:
      return std::string(value.raw);
  }
}

// Where null is a value and not as good as left out.
bool takes_null(Kind kind) {
  return kind == Kind::kAny || kind == Kind::kObjectOrNull;
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
    std::set<std::string_view> seen;
    for (const bodies::Member& member : body_->members) {
      if (mistakes_.size() >= kMostStrangers) {
        has_more_ = true;
        break;
      }
      const std::string& name = member.name;
      if (!seen.insert(name).second) {
        add(name, "is given twice");
      } else if (std::find(known.begin(), known.end(), name) == known.end()) {
        add(name, json::unknown_member(name, known.data(), known.size(), "this request"));
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
      auto value = read_text(binding, path_value(route_, request_.segments, binding.name));
      if (!value) return problems::make(400, binding.name + " " + must_be(binding));
      keep(binding.name, std::move(*value));
      return std::nullopt;
    }
    if (is_in_query(binding.place) && binding.place != Place::kScope) {
      if (const auto text = request_.parameter(binding.name)) {
        auto value = read_text(binding, *text);
        if (!value) return refused(binding);
        keep(binding.name, std::move(*value));
        return std::nullopt;
      }
    }
    if (binding.place == Place::kBody || binding.place == Place::kEither) read_member(binding);
    if (binding.header == "idempotency-key") return read_key(binding);
    const auto header = binding.header.empty() ? std::nullopt : request_.header(binding.header);
    const bool is_said = find_member(body_, binding.name) != nullptr;
    if (header && !is_said && postgres::is_text(*header)) keep(binding.name, std::string(*header));
    return std::nullopt;
  }

  std::optional<problems::Problem> read_key(const Binding& binding) {
    auto read = idempotency_key_of(request_);
    if (auto* problem = std::get_if<problems::Problem>(&read)) return std::move(*problem);
    const auto& key = std::get<std::optional<std::string>>(read);
    if (!key) return std::nullopt;
    const Value* said = find_member(body_, binding.name);
    if (said == nullptr || said->type == Type::kNull) {
      keep(binding.name, *key);
    } else if (said->string != *key) {
      add(binding.name, "is not that of Idempotency-Key");
    }
    return std::nullopt;
  }

  // Of what the function would refuse so, too, its code.
  static problems::Problem refused(const Binding& binding) {
    const std::string message = "the parameter " + binding.name + " " + must_be(binding);
    const bool is_bounded = !binding.words.empty() || binding.most != 0;
    return is_bounded ? problems::make_coded("22023", message) : problems::make(400, message);
  }

  void read_member(const Binding& binding) {
    const Value* value = find_member(body_, binding.name);
    const bool is_null = value != nullptr && value->type == Type::kNull && !takes_null(binding.kind);
    if (value == nullptr || is_null) {
      if (binding.presence == Presence::kRequired) add(binding.name, "is required");
      return;
    }
    auto read = read_value(binding, *value);
    if (!read) return add(binding.name, must_be(binding));
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
        "KC013", body_ == nullptr ? "the request has no body"
                 : has_more_      ? "the body is not what this path takes; not all that is wrong is listed"
                                  : "the body is not what this path takes");
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
    } else {
      return parameter_of(context_.condition, name);
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
  bool has_more_ = false;  // that nobody looked for
};

const Binding kTenantId{"tenantId", Place::kScope, Kind::kUuid, Presence::kOptional, {}};

}  // namespace

std::variant<Asked, problems::Problem> read_scope(const http::Request& request, const JsonDocument* body) {
  const auto refused = [] { return problems::make(400, "tenantId must be a UUID or null"); };
  const Value* member = find_member(body, "tenantId");
  const auto parameter = request.parameter("tenantId");
  std::optional<std::string> in_query;
  if (parameter && *parameter != "null") {
    in_query = read_text(kTenantId, *parameter);
    if (!in_query) return refused();
  }
  if (member == nullptr) return Asked{parameter.has_value(), in_query};
  Asked asked{true, std::nullopt};
  if (member->type != Type::kNull) {
    asked.tenant = read_value(kTenantId, *member);
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
  if (route.method == "GET") return false;
  switch (route.answer) {
    case Answer::kExecution:
    case Answer::kExplanation:
    case Answer::kValidation:
    case Answer::kBatch:
      return true;
    default:
      break;
  }
  // What is removed is named by its path and query; a body says more where the table has such members.
  const bool is_removal = route.method == "DELETE";
  return std::any_of(route.bindings.begin(), route.bindings.end(), [&](const Binding& binding) {
    return binding.place == Place::kBody || (binding.place == Place::kEither && !is_removal);
  });
}

}  // namespace command_center::api::routes
