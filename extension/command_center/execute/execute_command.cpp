// Decides about one command and, when it is accepted, records and queues it in the caller's transaction.
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

#include "extension/boundary/call_pg.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/boundary/stop_requested.hpp"
#include "extension/command_center/arguments.hpp"
#include "extension/command_center/catalogue.hpp"
#include "extension/command_center/execute/payload_check.hpp"
#include "extension/command_center/execute/record.hpp"
#include "extension/command_center/execute/request.hpp"
#include "extension/command_center/new_uuid.hpp"
#include "extension/command_center/refusal.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/core/envelope/message.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/routing/decision.hpp"
#include "extension/core/time/rfc3339.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::string_view kDefaultTopic = "commands.primary";

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

// --- the partition key ---

// The child that one token of a JSON pointer names, or null.
JsonbValue* child(JsonbValue* value, const std::string& token) {
  if (value->type != jbvBinary) return nullptr;
  JsonbContainer* container = value->val.binary.data;
  if (JsonContainerIsObject(container)) {
    return getKeyJsonValueFromContainer(container, token.data(), static_cast<int>(token.size()), nullptr);
  }
  if (JsonContainerIsScalar(container)) return nullptr;
  std::uint32_t index = 0;
  const char* end = token.data() + token.size();
  const auto parsed = std::from_chars(token.data(), end, index);
  const bool leading_zero = token.size() > 1 && token.front() == '0';
  if (parsed.ec != std::errc() || parsed.ptr != end || leading_zero) return nullptr;
  return getIthJsonbValueFromContainer(container, index);
}

// The text of the scalar that the template's pointer finds; empty where there is none.
std::string_view pointed_text(Datum payload, const std::vector<std::string>& pointer) {
  JsonbValue root;
  root.type = jbvBinary;
  root.val.binary.data = jsonb_root(payload);
  root.val.binary.len = static_cast<int>(VARSIZE(DatumGetPointer(payload)) - VARHDRSZ);
  JsonbValue* value = &root;
  for (const std::string& token : pointer) {
    value = child(value, token);
    if (value == nullptr) return {};
  }
  switch (value->type) {
    case jbvString:
      return {value->val.string.val, static_cast<std::size_t>(value->val.string.len)};
    case jbvNumeric:
      return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
    case jbvBool:
      return value->val.boolean ? "true" : "false";
    default:
      return {};
  }
}

// --- the route ---

// Looks up every service the route could use, so that the pick itself needs no server.
void learn_services(const Template& definition, const routing::Route* route) {
  if (route == nullptr) {
    if (!definition.default_target.empty()) (void)find_service(definition.default_target);
    return;
  }
  for (const auto& target : route->policy.targets) (void)find_service(target.service_id);
  for (const auto& service_id : route->policy.also) (void)find_service(service_id);
  if (route->policy.fallback) (void)find_service(*route->policy.fallback);
}

class KnownAvailability : public routing::Availability {
 public:
  [[nodiscard]] bool takes_commands(std::string_view service_id) const override {
    const Service* service = known_service(service_id);
    return service != nullptr && service->takes_commands;
  }
};

// --- the messages ---

// Text as a datum of the calling context. C++ regime.
Datum text_datum(std::string_view text) {
  return boundary::call_pg([&]() noexcept {
    return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
  });
}

std::string_view topic_of(const Template& definition, std::string_view service_id) {
  if (!definition.topic.empty()) return definition.topic;
  const Service* service = known_service(service_id);
  return service != nullptr && !service->topic.empty() ? std::string_view(service->topic) : kDefaultTopic;
}

void check_message_size(std::size_t bytes) {
  const auto limit = static_cast<std::size_t>(settings().max_message_bytes);
  if (bytes <= limit) return;
  throw Error(sqlstate::kTooLarge,
              "message of " + std::to_string(bytes) + " bytes is above the limit of " + std::to_string(limit),
              {}, "The limit is the setting command_center.max_message_bytes.");
}

struct Planning {
  const Request* request;
  const Template* definition;
  const routing::Route* route;
  std::string_view partition_key;
  std::string_view payload_text;
  std::string_view initiator_text;
  std::string_view tenant_text;
  std::string_view command_text;
  std::string_view route_text;
};

std::string_view sticky_key(const Planning& planning) {
  const bool by_command =
      !planning.definition->has_partition_key ||
      (planning.route != nullptr && planning.route->policy.stickiness == routing::Stickiness::kCommand);
  return by_command ? planning.command_text : planning.partition_key;
}

[[noreturn]] void refuse_without_target(const Planning& planning) {
  throw Error(sqlstate::kNoTarget,
              "no target is available for command \"" + std::string(planning.request->command_name) + "\"",
              {},
              "Every target of its route, or its default target, is down, draining or unknown: see "
              "command_center.services.");
}

// C++ regime: picks the target, writes every message and leaves the result as plain data in `acceptance`.
void plan_messages(const Planning& planning, Acceptance& acceptance) {
  const Request& request = *planning.request;
  acceptance.sticky_key = sticky_key(planning);
  const routing::Decision decision =
      routing::decide(request.command_name, acceptance.sticky_key, planning.route,
                      planning.definition->default_target, KnownAvailability());
  if (decision.target.empty()) refuse_without_target(planning);

  std::vector<std::string_view> targets{decision.target};
  targets.insert(targets.end(), decision.also.begin(), decision.also.end());
  const std::string issued_at = time::to_rfc3339(unix_microseconds(acceptance.received_at));
  const envelope::CommandFacts facts = {request.command_name,      planning.definition->version,
                                        planning.command_text,     planning.tenant_text,
                                        acceptance.correlation_id, "execute",
                                        request.environment,       issued_at,
                                        planning.partition_key,    planning.route_text,
                                        request.traceparent,       planning.initiator_text,
                                        planning.payload_text};

  acceptance.message_count = static_cast<int>(targets.size());
  acceptance.messages = boundary::call_pg([&]() noexcept {
    return static_cast<OutboxMessage*>(
        palloc0(sizeof(OutboxMessage) * static_cast<std::size_t>(acceptance.message_count)));
  });
  std::string headers;
  std::string value;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    OutboxMessage& message = acceptance.messages[i];
    message.message_id = boundary::call_pg([&]() noexcept { return new_uuid(acceptance.received_at); });
    const std::string message_id = to_text(message.message_id);
    const envelope::Addressing addressing = {message_id, targets[i], &targets};
    headers.clear();
    value.clear();
    envelope::append_headers(headers, facts, addressing);
    envelope::append_envelope(value, facts, addressing);
    check_message_size(headers.size() + value.size() + planning.partition_key.size());
    message.target = boundary::call_pg([&]() noexcept { return copy_text(targets[i]); });
    message.topic = text_datum(topic_of(*planning.definition, targets[i]));
    message.headers = text_datum(headers);
    message.value = text_datum(value);
  }
}

// --- the answer ---

Datum acceptance_row(FunctionCallInfo fcinfo, const Acceptance& acceptance) {
  // Known from the call's expression; get_call_result_type() would look the function up and copy the
  // descriptor.
  TupleDesc row_type = lookup_rowtype_tupdesc(get_fn_expr_rettype(fcinfo->flinfo), -1);
  const auto text = [](std::string_view value) {
    return PointerGetDatum(cstring_to_text_with_len(value.data(), static_cast<int>(value.size())));
  };
  Datum values[] = {text("accepted"),
                    uuid_datum(acceptance.command_id),
                    text(acceptance.request->command_name),
                    text(acceptance.messages[0].target),
                    text(acceptance.correlation_id),
                    text("execute"),
                    BoolGetDatum(false),
                    Datum{0}};
  bool nulls[] = {false, false, false, false, false, false, false, true};
  const Datum row = HeapTupleGetDatum(heap_form_tuple(row_type, values, nulls));
  ReleaseTupleDesc(row_type);
  return row;
}

Datum execute_command(FunctionCallInfo fcinfo) {
  const Request request = read_request(fcinfo);
  begin_decision();
  const Template& definition = find_template(request.command_name);
  check_size(request.payload, "payload");
  if (request.has_initiator) check_size(request.initiator, "initiator");
  check_payload(request.command_name, *definition.program, request.payload);

  const auto& routes = find_routes(request.command_name, request.tenant_id);
  routing::Scope scope;
  scope.tenant_id = request.tenant_id;
  if (request.has_property) scope.property_id = request.property_id;
  scope.environment = request.environment;
  const routing::Route* route = routing::most_specific(routes, scope);
  learn_services(definition, route);

  Acceptance acceptance = {};
  acceptance.request = &request;
  acceptance.received_at = GetCurrentTimestamp();
  acceptance.command_id = new_uuid(acceptance.received_at);
  acceptance.template_version = definition.version;
  acceptance.ordered = definition.ordered;
  acceptance.has_route = route != nullptr;
  if (route != nullptr) {
    acceptance.route_id = route->route_id;
    acceptance.route_version = route->version;
  }

  Planning planning = {};
  planning.request = &request;
  planning.definition = &definition;
  planning.route = route;
  planning.payload_text = jsonb_text(request.payload);
  if (request.has_initiator) planning.initiator_text = jsonb_text(request.initiator);
  planning.tenant_text = uuid_text(request.tenant_id);
  planning.command_text = uuid_text(acceptance.command_id);
  if (route != nullptr) planning.route_text = uuid_text(route->route_id);
  planning.partition_key = pointed_text(request.payload, definition.partition_key);
  if (!definition.has_partition_key || planning.partition_key.empty()) {
    planning.partition_key = planning.tenant_text;
  }
  acceptance.correlation_id = request.correlation_id.empty() ? planning.command_text : request.correlation_id;
  acceptance.partition_key = planning.partition_key;
  acceptance.payload_text = planning.payload_text;

  plan_messages(planning, acceptance);
  record(acceptance);
  return acceptance_row(fcinfo, acceptance);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_execute_command);
}

Datum command_center_execute_command(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::execute_command(fcinfo); });
}
