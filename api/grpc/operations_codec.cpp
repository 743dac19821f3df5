// What is asked besides commands: dispatches, events, and any operation of the route table by its name.
#include "api/bodies/json_document.hpp"
#include "api/bodies/object.hpp"
#include "api/grpc/codec.hpp"
#include "api/grpc/operation.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::api::grpc {
namespace {

using bodies::Object;
using json::TextWriter;

// A member that is JSON; false: it is none. It must be one value, or it could bring members of its own.
[[nodiscard]] bool write_json(TextWriter& writer, std::string_view name, const std::string& json) {
  if (std::holds_alternative<bodies::Mistake>(bodies::parse_json(json))) return false;
  writer.key(name);
  writer.raw(json);
  return true;
}

void write_text(TextWriter& writer, std::string_view name, const std::string& text) {
  if (!text.empty()) writer.member(name, text);
}

void keep(Parameters& parameters, const char* name, const std::string& text) {
  if (!text.empty()) parameters.emplace(name, text);
}

// The elements of a member that is an array.
template <class Take>
[[nodiscard]] bool for_each(const Object& object, std::string_view name, Take take) {
  const auto parsed = bodies::parse_json(object.raw(name));
  const auto* document = std::get_if<bodies::JsonDocument>(&parsed);
  if (document == nullptr || document->root.type != bodies::Type::kArray) return false;
  for (const bodies::Value& element : document->elements) take(element);
  return true;
}

void read_summary(const Object& object, v1::DispatchSummary& summary) {
  summary.set_command_id(object.text("commandId"));
  summary.set_command_name(object.text("commandName"));
  summary.set_status(object.text("status"));
  summary.set_target_service(object.text("targetService"));
  (void)for_each(object, "alsoTargets",
                 [&](const bodies::Value& target) { summary.add_also_targets(target.string); });
  summary.set_correlation_id(object.text("correlationId"));
  summary.set_mode(object.text("mode"));
  summary.set_environment(object.text("environment"));
  summary.set_property_id(object.text("propertyId"));
  summary.set_received_at(object.text("receivedAt"));
}

}  // namespace

std::optional<std::string> write_list_dispatches(const v1::ListDispatchesRequest& message,
                                                 http::Request& request) {
  Parameters parameters;
  keep(parameters, "commandName", message.command_name());
  keep(parameters, "targetService", message.target_service());
  keep(parameters, "status", message.status());
  keep(parameters, "correlationId", message.correlation_id());
  keep(parameters, "receivedFrom", message.received_from());
  keep(parameters, "receivedBefore", message.received_before());
  keep(parameters, "pageAfter", message.page_after());
  if (message.page_size() != 0) parameters.emplace("pageSize", std::to_string(message.page_size()));
  (void)set_operation(request, "listDispatches", parameters);
  return std::nullopt;
}

std::optional<std::string> write_replay(const v1::ReplayDispatchRequest& message, http::Request& request) {
  if (message.command_id().empty()) return "command_id is empty";
  (void)set_operation(request, "replayDispatch", {{"commandId", message.command_id()}});
  TextWriter writer(request.body);
  writer.begin_object();
  writer.member("reason", message.reason());
  writer.end_object();
  return std::nullopt;
}

std::optional<std::string> write_acknowledge(const v1::AcknowledgeRequest& message, http::Request& request) {
  if (message.command_id().empty()) return "command_id is empty";
  (void)set_operation(request, "acknowledgeCommand", {{"commandId", message.command_id()}});
  TextWriter writer(request.body);
  writer.begin_object();
  writer.member("status", message.status());
  writer.member("serviceId", message.service_id());
  if (!message.detail().empty() && !write_json(writer, "detail", message.detail()))
    return "the detail is not JSON";
  writer.end_object();
  return std::nullopt;
}

std::optional<std::string> write_publish(const v1::PublishEventRequest& message, http::Request& request) {
  (void)set_operation(request, "publishEvent", {});
  TextWriter writer(request.body);
  writer.begin_object();
  writer.member("topic", message.topic());
  writer.member("eventType", message.event_type());
  if (!write_json(writer, "payload", message.payload())) return "the payload is not JSON";
  write_text(writer, "partitionKey", message.partition_key());
  if (!message.headers().empty()) {
    writer.key("headers");
    writer.begin_object();
    for (const auto& [name, value] : message.headers()) writer.member(name, value);
    writer.end_object();
  }
  writer.key("ordered");
  writer.raw(message.ordered() ? "true" : "false");
  write_text(writer, "correlationId", message.correlation_id());
  if (message.version() != 0) {
    writer.key("version");
    writer.number(message.version());
  }
  writer.end_object();
  return std::nullopt;
}

std::optional<std::string> write_call(const v1::CallRequest& message, http::Request& request) {
  const Parameters parameters(message.parameters().begin(), message.parameters().end());
  if (!set_operation(request, message.operation(), parameters)) return "there is no such operation";
  request.body = message.body();
  return std::nullopt;
}

bool read_dispatches(const http::Response& response, v1::ListDispatchesResponse& message) {
  const Object page(response.body);
  message.set_next_page_after(page.text("nextPageAfter"));
  return for_each(page, "items", [&](const bodies::Value& item) {
    read_summary(Object(item.raw), *message.add_dispatches());
  });
}

bool read_replay(const http::Response& response, v1::ReplayDispatchResponse& message) {
  const Object replay(response.body);
  message.set_command_id(replay.text("commandId"));
  message.set_command_name(replay.text("commandName"));
  message.set_target_service(replay.text("targetService"));
  message.set_correlation_id(replay.text("correlationId"));
  return for_each(replay, "messages", [&](const bodies::Value& item) {
    const Object sent(item.raw);
    v1::ReplayedMessage& one = *message.add_messages();
    one.set_message_id(sent.text("messageId"));
    one.set_original_message_id(sent.text("originalMessageId"));
    one.set_target_service(sent.text("targetService"));
  });
}

bool read_acknowledged(const http::Response& response, v1::AcknowledgeResponse& message) {
  const Object answer(response.body);
  message.set_recorded(answer.raw("recorded") == "true");
  return answer.is_there();
}

bool read_published(const http::Response& response, v1::PublishEventResponse& message) {
  const Object answer(response.body);
  message.set_message_id(answer.text("messageId"));
  return answer.is_there();
}

bool read_call(const http::Response& response, v1::CallResponse& message) {
  message.set_status(response.status);
  message.set_body(response.body);
  for (const auto& [name, value] : response.headers) {
    if (name == "ETag") message.set_etag(value);
    if (name == "Location") message.set_location(value);
  }
  return true;
}

}  // namespace command_center::api::grpc
