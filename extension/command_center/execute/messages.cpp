// Applies the route and writes one envelope for each service.
#include "extension/command_center/execute/messages.hpp"
#include "extension/command_center/installation.hpp"

#include <cstring>
#include <string>
#include <vector>

#include "extension/boundary/call_pg.hpp"
#include "extension/command_center/catalogue/routes.hpp"
#include "extension/command_center/catalogue/services.hpp"
#include "extension/command_center/catalogue/topics.hpp"
#include "extension/command_center/execute/partition_key.hpp"
#include "extension/command_center/execute/payload_check.hpp"
#include "extension/core/envelope/message.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/routing/decision.hpp"
#include "extension/core/time/rfc3339.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/new_uuid.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::string_view kDefaultTopic = "commands.primary";
constexpr std::size_t kUsualOverhead = 1024;

std::string_view copy_text(std::string_view text) {
  char* copy = static_cast<char*>(palloc(text.size() + 1));
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return {copy, text.size()};
}

std::string_view uuid_text(const identifiers::Uuid& uuid) {
  Datum text = DirectFunctionCall1(uuid_out, uuid_datum(uuid));
  return DatumGetCString(text);
}

// Looks up every service that could be picked.
void learn_targets(const Template& definition, const routing::Route* route) {
  if (route != nullptr) {
    learn_services(route->policy);
  } else if (!definition.default_target.empty()) {
    (void)find_service(definition.default_target);
  }
}

// Text as a datum of the calling context. C++ regime.
Datum kept_text(std::string_view text) {
  return boundary::call_pg([&]() noexcept { return text_datum(text); });
}

std::string_view topic_of(const Template& definition, std::string_view service_id) {
  if (!definition.topic.empty()) return definition.topic;
  const Service* service = known_service(service_id);
  return service != nullptr && !service->topic.empty() ? std::string_view(service->topic) : kDefaultTopic;
}

// Looks up where the messages go.
void learn_topics(const Template& definition, const Acceptance& acceptance) {
  (void)find_topic(topic_of(definition, acceptance.target));
  for (int i = 0; i < acceptance.also_count; ++i) (void)find_topic(topic_of(definition, acceptance.also[i]));
}

// What the messages of a command share. Plain data.
struct Planning {
  const Template* definition;
  const routing::Route* route;
  std::string_view initiator_text;
  std::string_view tenant_text;
  std::string_view command_text;
  std::string_view route_text;
};

std::string_view sticky_key(const Planning& planning, const Acceptance& acceptance) {
  const bool by_command =
      !planning.definition->has_partition_key ||
      (planning.route != nullptr && planning.route->policy.stickiness == routing::Stickiness::kCommand);
  return by_command ? planning.command_text : acceptance.partition_key;
}

[[noreturn]] void refuse_without_target(const Planning& planning, const Acceptance& acceptance) {
  const bool has_none = planning.route == nullptr && planning.definition->default_target.empty();
  throw Error(
      sqlstate::kNoTarget,
      "no target is available for command \"" + std::string(acceptance.request->command_name) + "\"", {},
      has_none ? "It has neither a route nor a default target: add one with command_center.set_route() or "
                 "command_center.register_command()."
               : "Every target of its route, or its default target, is down, draining or unknown: "
                 "command_center.list_services() has their status.");
}

// C++ regime: who gets the command.
void pick_targets(const Planning& planning, Acceptance& acceptance) {
  const routing::Decision decision =
      routing::decide(acceptance.request->command_name, acceptance.sticky_key, planning.route,
                      planning.definition->default_target, KnownAvailability());
  if (decision.target.empty()) refuse_without_target(planning, acceptance);
  acceptance.also_count = static_cast<int>(decision.also.size());
  acceptance.also = boundary::call_pg([&]() noexcept {
    return static_cast<std::string_view*>(palloc0(sizeof(std::string_view) * (decision.also.size() + 1)));
  });
  boundary::call_pg([&]() noexcept {
    acceptance.target = copy_text(decision.target);
    for (int i = 0; i < acceptance.also_count; ++i) {
      acceptance.also[i] = copy_text(decision.also[static_cast<std::size_t>(i)]);
    }
    acceptance.handler = copy_text(known_service(acceptance.target)->handler);
  });
}

// C++ regime: writes every message and leaves the result as plain data.
void write_messages(const Planning& planning, Acceptance& acceptance) {
  const Request& request = *acceptance.request;
  std::vector<std::string_view> targets{acceptance.target};
  targets.insert(targets.end(), acceptance.also, acceptance.also + acceptance.also_count);
  const std::string issued_at = time::to_rfc3339(unix_microseconds(acceptance.received_at));
  const envelope::CommandFacts facts = {
      request.command_name,      planning.definition->version, planning.command_text, planning.tenant_text,
      acceptance.correlation_id, mode_of(acceptance),          request.environment,   issued_at,
      acceptance.partition_key,  planning.route_text,          request.traceparent,   request.tracestate,
      planning.initiator_text,   acceptance.payload_text};

  acceptance.messages = boundary::call_pg(
      [&]() noexcept { return static_cast<NewMessage*>(palloc0(sizeof(NewMessage) * targets.size())); });
  const Datum partition_key = kept_text(acceptance.partition_key);
  // Room for all that is not the payload: growing step by step would cost as much as writing.
  std::string headers;
  headers.reserve(kUsualOverhead);
  std::string value;
  value.reserve(acceptance.payload_text.size() + kUsualOverhead);
  const std::size_t first = acceptance.handler.empty() ? 0 : 1;
  for (std::size_t i = first; i < targets.size(); ++i) {
    NewMessage& message = acceptance.messages[acceptance.message_count];
    message.tenant_id = request.tenant_id;
    message.command_id = acceptance.command_id;
    message.message_id = boundary::call_pg([&]() noexcept { return new_uuid(acceptance.received_at); });
    const std::string message_id = to_text(message.message_id);
    const envelope::Addressing addressing = {message_id, targets[i], &targets};
    headers.clear();
    value.clear();
    envelope::append_headers(headers, facts, addressing);
    envelope::append_envelope(value, facts, addressing);
    const std::string_view topic = topic_of(*planning.definition, targets[i]);
    const Topic* declaration = known_topic(topic);
    check_message_size(headers.size() + value.size() + acceptance.partition_key.size(), topic,
                       declaration != nullptr ? declaration->max_message_bytes : 0);
    message.topic = kept_text(topic);
    message.partition_key = partition_key;
    message.headers = kept_text(headers);
    message.value = kept_text(value);
    ++acceptance.message_count;
  }
}

const routing::Route* find_route(const Request& request) {
  routing::Scope scope;
  scope.tenant_id = request.tenant_id;
  if (request.has_property) scope.property_id = request.property_id;
  scope.environment = request.environment;
  return routing::most_specific(find_routes(request.command_name, request.tenant_id), scope);
}

}  // namespace

void plan_messages(const Template& definition, Acceptance& acceptance) {
  const Request& request = *acceptance.request;
  Planning planning = {};
  planning.definition = &definition;
  planning.route = find_route(request);
  learn_targets(definition, planning.route);
  if (request.has_initiator) planning.initiator_text = jsonb_text(request.initiator);
  planning.tenant_text = uuid_text(request.tenant_id);
  planning.command_text = uuid_text(acceptance.command_id);
  if (planning.route != nullptr) {
    acceptance.has_route = true;
    acceptance.route_id = planning.route->route_id;
    acceptance.route_version = planning.route->version;
    planning.route_text = uuid_text(acceptance.route_id);
  }
  acceptance.correlation_id = request.correlation_id.empty() ? planning.command_text : request.correlation_id;
  acceptance.partition_key = pointed_text(request.payload, definition.partition_key);
  if (!definition.has_partition_key || acceptance.partition_key.empty()) {
    acceptance.partition_key = planning.tenant_text;
  }
  acceptance.sticky_key = sticky_key(planning, acceptance);
  pick_targets(planning, acceptance);
  learn_topics(definition, acceptance);
  write_messages(planning, acceptance);
}

}  // namespace command_center::extension
