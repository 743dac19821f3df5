// The tenant and the initiator come from who calls, never from the body.
#include "api/routes/execution.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "api/routes/idempotency_key.hpp"
#include "api/routes/match.hpp"
#include "daemon/postgres/texts.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/json/member_names.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::api::routes {
namespace {

using bodies::JsonDocument;
using bodies::Type;
using bodies::Value;
using database::Parameter;

constexpr std::array<std::string_view, 6> kMembers{"payload",       "propertyId",     "environment",
                                                   "correlationId", "idempotencyKey", "traceparent"};

constexpr std::size_t kMostCommands = 10'000;                         // of execute_commands
constexpr std::size_t kMostRepeated = std::size_t{16} * 1024 * 1024;  // of one initiator in a batch
// What a command of a batch may not have.
constexpr std::string_view kOfTheRequest[] = {"tenantId", "initiator"};

const Value* find_member(const JsonDocument& body, std::string_view name) {
  for (const bodies::Member& member : body.members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

struct Mistake {
  std::string_view member;
  std::string error;
};

problems::Problem problem_of(const Mistake& mistake) {
  problems::Problem problem = problems::make_coded(
      "KC013", "the body has a member \"" + std::string(mistake.member) + "\" that " + mistake.error);
  json::TextWriter writer(problem.errors);
  writer.begin_array();
  writer.begin_object();
  writer.member("location", "/" + std::string(mistake.member));
  writer.member("error", mistake.error);
  writer.end_object();
  writer.end_array();
  return problem;
}

class Reader {
 public:
  Reader(const http::Request& request, const JsonDocument& body)
      : request_(request), body_(body), wrapped_(find_member(body, "payload")) {}

  // Of a member, and of the header or parameter that says the same.
  Parameter take(std::string_view member, const std::optional<std::string>& beside) {
    const Value* value = wrapped_ != nullptr ? find_member(body_, member) : nullptr;
    if (value == nullptr || value->type == Type::kNull) return beside;
    if (value->type != Type::kString) {
      fail({member, "must be a string"});
      return std::nullopt;
    }
    if (beside && *beside != value->string) fail({member, "contradicts what stands beside the body"});
    return value->string;
  }

  [[nodiscard]] std::string_view payload() const {
    return wrapped_ != nullptr ? wrapped_->raw : body_.root.raw;
  }

  void check_members(std::string_view command_name, std::string_view tenant) {
    if (wrapped_ == nullptr) return;
    // The first mistake is the one that is told: behind it, a body may have thousands of members.
    for (std::size_t index = 0; index < body_.members.size() && !mistake_; ++index) {
      const bodies::Member& member = body_.members[index];
      for (std::size_t before = 0; before < index; ++before) {
        if (body_.members[before].name == member.name) fail({member.name, "is given twice"});
      }
      if (member.name == "commandName") {
        if (member.value.string != command_name) fail({member.name, "is not that of the path"});
      } else if (member.name == "tenantId") {
        const auto uuid = identifiers::parse_uuid(member.value.string);
        if (!uuid || identifiers::to_text(*uuid) != tenant) fail({member.name, "is not that of the request"});
      } else if (std::find(kMembers.begin(), kMembers.end(), member.name) == kMembers.end()) {
        fail({member.name, json::unknown_member(member.name, kMembers.data(), kMembers.size(), "a command")});
      }
    }
  }

  void fail(Mistake mistake) {
    if (!mistake_) mistake_ = std::move(mistake);
  }
  [[nodiscard]] const std::optional<Mistake>& mistake() const { return mistake_; }

 private:
  const http::Request& request_;
  const JsonDocument& body_;
  const Value* wrapped_;  // the payload, where the body is more than that
  std::optional<Mistake> mistake_;
};

std::optional<std::string> optional_text(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

}  // namespace

std::string initiator_of(const identity::Identity& identity, const http::Request& request) {
  std::string json;
  json::TextWriter writer(json);
  writer.begin_object();
  if (!identity.user_id.empty() && postgres::is_text(identity.user_id))
    writer.member("userId", identity.user_id);
  const auto asked = request.header("x-user-role");
  const auto named =
      asked ? std::find(identity.roles.begin(), identity.roles.end(), *asked) : identity.roles.end();
  const std::string role = named != identity.roles.end() ? *named
                           : identity.roles.empty()      ? std::string()
                                                         : identity.roles.front();
  if (!role.empty() && postgres::is_text(role)) writer.member("role", role);
  if (!request.peer.empty()) writer.member("ip", request.peer);
  writer.end_object();
  return json;
}

std::variant<database::Database::Execute, problems::Problem> read_execution(const Route& route,
                                                                            const http::Request& request,
                                                                            const JsonDocument& body,
                                                                            std::string tenant,
                                                                            std::string initiator) {
  for (const auto& [name, value] : request.query) {
    if ((name != "propertyId" && name != "environment") || find_binding(route, name) == nullptr)
      return problems::make(400, "the query has a parameter that is unknown");
    if (!postgres::is_text(value)) return problems::make(400, "the parameter " + name + " is not UTF-8");
  }
  database::Database::Execute command;
  command.command_name = path_value(route, request.segments, "commandName");
  if (!postgres::is_text(command.command_name)) return problems::make(400, "commandName is not UTF-8");
  auto key = idempotency_key_of(request);
  if (auto* problem = std::get_if<problems::Problem>(&key)) return std::move(*problem);
  Reader reader(request, body);
  reader.check_members(command.command_name, tenant);
  command.payload = reader.payload();
  command.correlation_id = reader.take("correlationId", optional_text(request.header("x-correlation-id")));
  command.idempotency_key = reader.take("idempotencyKey", std::get<std::optional<std::string>>(key));
  command.property_id = reader.take("propertyId", optional_text(request.parameter("propertyId")));
  command.environment = reader.take("environment", optional_text(request.parameter("environment")));
  command.traceparent = reader.take("traceparent", optional_text(request.header("traceparent")));
  // The header is a proxy's as often as the client's: one that is no text is left out, as one that is not
  // valid.
  if (command.traceparent && !postgres::is_text(*command.traceparent)) command.traceparent.reset();
  if (command.correlation_id && !postgres::is_text(*command.correlation_id))
    return problems::make(400, "x-correlation-id is not UTF-8");
  if (command.property_id) {
    const auto uuid = identifiers::parse_uuid(*command.property_id);
    if (!uuid) return problems::make(400, "propertyId must be a UUID");
    command.property_id = identifiers::to_text(*uuid);
  }
  if (reader.mistake()) return problem_of(*reader.mistake());
  command.tenant = std::move(tenant);
  command.initiator = std::move(initiator);
  return command;
}

std::optional<problems::Problem> find_excess(const std::vector<Value>& elements, std::string_view initiator) {
  const std::string count = std::to_string(elements.size());
  if (elements.size() > kMostCommands)
    return problems::make_coded(
        "KC014", "batch of " + count + " commands is above the limit of " + std::to_string(kMostCommands));
  if (initiator.size() * elements.size() > kMostRepeated)
    return problems::make_coded("KC014", "the initiator is too long for a batch of " + count + " commands");
  return std::nullopt;
}

problems::Problem problem_of(const Unfit& unfit) {
  return problem_of(Mistake{unfit.member, "is not taken from a body: it is that of the request"});
}

Commands read_commands(const std::vector<Value>& elements, std::string_view tenant,
                       std::string_view initiator, const std::optional<std::string>& traceparent) {
  Commands commands;
  commands.count = elements.size();
  json::TextWriter writer(commands.json);
  writer.begin_array();
  std::string element;
  std::string trace;
  if (traceparent) {
    trace = ",\"traceparent\":";
    json::TextWriter(trace).text(*traceparent);
  }
  for (std::size_t index = 0; index < elements.size(); ++index) {
    const Value& value = elements[index];
    const auto parsed = bodies::parse_json(value.raw);
    const auto& document = std::get<JsonDocument>(parsed);  // a part of what was parsed
    Unfit unfit{index, {}, {}};
    bool is_traced = false;
    for (const bodies::Member& member : document.members) {
      is_traced = is_traced || member.name == "traceparent";
      if (member.name == "commandName") unfit.name = member.value.string;
      for (const std::string_view name : kOfTheRequest) {
        if (member.name == name) unfit.member = name;
      }
    }
    if (!unfit.member.empty()) {
      commands.unfit.push_back(std::move(unfit));
      continue;
    }
    element.assign(value.raw);
    if (value.type == Type::kObject) {
      const std::string_view rest = value.raw.substr(1);
      element = "{\"tenantId\":\"" + std::string(tenant) + "\",\"initiator\":" + std::string(initiator) +
                (is_traced ? std::string() : trace) + (document.members.empty() ? "" : ",") +
                std::string(rest);
    }
    writer.raw(element);
  }
  writer.end_array();
  return commands;
}

}  // namespace command_center::api::routes
