// JSON is passed on as the text that it is: through protobuf's own numbers a decimal would become a double.
#include "api/grpc/codec.hpp"

#include <google/protobuf/any.pb.h>

#include <algorithm>
#include <charconv>

#include "api/bodies/json_document.hpp"
#include "api/bodies/object.hpp"
#include "api/grpc/operation.hpp"
#include "api/problems/problem.hpp"
#include "extension/core/json/text_writer.hpp"
#include "extension/core/json_schema/values/utf8.hpp"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace command_center::api::grpc {
namespace {

using bodies::JsonDocument;
using bodies::Object;
using bodies::Type;

// Clients take 8 kB of metadata by default, and binary grows by a third on its way.
constexpr std::size_t kMostDetailBytes = 4096;
constexpr std::size_t kMostMessageBytes = 1024;
constexpr const char* kDomain = "command-center";

[[nodiscard]] std::string cut(std::string_view text) {
  return std::string(json_schema::values::utf8_prefix(text, kMostMessageBytes));
}

// The members of a command, inside an object that is open. The payload must be one JSON value, or it could
// bring members of its own.
[[nodiscard]] std::optional<std::string> write_members(const v1::ExecuteRequest& message,
                                                       json::TextWriter& writer) {
  const auto parsed = bodies::parse_json(message.payload());
  if (const auto* mistake = std::get_if<bodies::Mistake>(&parsed)) return "the payload: " + mistake->message;
  writer.key("payload");
  writer.raw(message.payload());
  const auto member = [&writer](std::string_view name, const std::string& value) {
    if (!value.empty()) writer.member(name, value);
  };
  member("idempotencyKey", message.idempotency_key());
  member("correlationId", message.correlation_id());
  member("propertyId", message.property_id());
  member("environment", message.environment());
  member("traceparent", message.traceparent());
  return std::nullopt;
}

[[nodiscard]] std::optional<std::string> write_command(const v1::ExecuteRequest& message,
                                                       const char* operation, http::Request& request) {
  if (message.command_name().empty()) return "command_name is empty";
  (void)set_operation(request, operation, {{"commandName", message.command_name()}});
  json::TextWriter writer(request.body);
  writer.begin_object();
  auto mistake = write_members(message, writer);
  writer.end_object();
  return mistake;
}

[[nodiscard]] bool has_header(const http::Response& response, std::string_view name, std::string_view value) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& header) { return header.first == name && header.second == value; });
}

void read_acceptance(const Object& object, v1::ExecuteResponse& message) {
  message.set_status(object.text("status"));
  message.set_command_id(object.text("commandId"));
  message.set_command_name(object.text("commandName"));
  message.set_target_service(object.text("targetService"));
  message.set_correlation_id(object.text("correlationId"));
  const std::string mode = object.text("mode");
  message.set_mode(mode.empty() ? "execute" : mode);
  message.set_replayed(object.raw("replayed") == "true");
  message.set_result(std::string(object.raw("result")));
}

// What a problem calls them: located errors, or other details.
[[nodiscard]] std::string errors_of(const Object& problem) {
  const std::string_view errors = problem.raw("errors");
  return std::string(errors.empty() ? problem.raw("details") : errors);
}

void read_outcome(std::string_view text, v1::Outcome& outcome) {
  const Object object(text);
  if (object.text("status") == "accepted") return read_acceptance(object, *outcome.mutable_accepted());
  const Object problem(object.raw("problem"));
  v1::Refusal& refusal = *outcome.mutable_refused();
  refusal.set_command_name(object.text("commandName"));
  refusal.set_code(problem.text("code"));
  refusal.set_message(problem.text("detail"));
  refusal.set_hint(problem.text("hint"));
  refusal.set_errors(errors_of(problem));
}

// Of what has no SQLSTATE.
[[nodiscard]] ::grpc::StatusCode code_of(int http_status) {
  switch (http_status) {
    case 400:
    case 411:
    case 415:
    case 422:
      return ::grpc::StatusCode::INVALID_ARGUMENT;
    case 401:
      return ::grpc::StatusCode::UNAUTHENTICATED;
    case 403:
      return ::grpc::StatusCode::PERMISSION_DENIED;
    case 404:
      return ::grpc::StatusCode::NOT_FOUND;
    case 409:
      return ::grpc::StatusCode::ABORTED;
    case 412:
    case 428:
      return ::grpc::StatusCode::FAILED_PRECONDITION;
    case 413:
      return ::grpc::StatusCode::OUT_OF_RANGE;
    case 429:
      return ::grpc::StatusCode::RESOURCE_EXHAUSTED;
    case 503:
      return ::grpc::StatusCode::UNAVAILABLE;
    default:
      return ::grpc::StatusCode::INTERNAL;
  }
}

void add(google::rpc::Status& status, const google::protobuf::Message& detail) {
  status.add_details()->PackFrom(detail);
}

// As many as fit; returns false where some were left out.
[[nodiscard]] bool add_violations(const std::string& errors, std::size_t room,
                                  google::rpc::BadRequest& request) {
  const auto parsed = bodies::parse_json(errors);
  const auto* document = std::get_if<JsonDocument>(&parsed);
  if (document == nullptr) return true;
  for (const bodies::Value& element : document->elements) {
    const Object error(element.raw);
    auto* violation = request.add_field_violations();
    const std::string place = error.text("instanceLocation");
    violation->set_field(place.empty() ? error.text("location") : place);
    violation->set_description(error.text("error"));
    if (request.ByteSizeLong() > room) {
      request.mutable_field_violations()->RemoveLast();
      return false;
    }
  }
  return true;
}

[[nodiscard]] std::string details_of(const Object& problem, const http::Response& response, int code,
                                     const std::string& message) {
  google::rpc::Status status;
  status.set_code(code);
  status.set_message(message);
  google::rpc::ErrorInfo info;
  info.set_reason(problem.text("code"));
  info.set_domain(kDomain);
  if (const std::string hint = problem.text("hint"); !hint.empty())
    (*info.mutable_metadata())["hint"] = cut(hint);
  if (const std::string outcome = problem.text("outcome"); !outcome.empty())
    (*info.mutable_metadata())["outcome"] = outcome;
  const std::string errors = errors_of(problem);
  google::rpc::BadRequest request;
  const std::size_t room =
      kMostDetailBytes - std::min(kMostDetailBytes, info.ByteSizeLong() + message.size());
  if (!errors.empty() && errors.front() == '[' && !add_violations(errors, room, request))
    (*info.mutable_metadata())["errorsLeftOut"] = "true";
  if (!errors.empty() && errors.front() == '{' && errors.size() <= room)
    (*info.mutable_metadata())["details"] = errors;
  if (const std::string witness(problem.raw("witness")); !witness.empty() && witness.size() <= room)
    (*info.mutable_metadata())["witness"] = witness;
  add(status, info);
  if (request.field_violations_size() > 0) add(status, request);
  for (const auto& [name, value] : response.headers) {
    std::int64_t seconds = 0;
    if (name != "Retry-After" ||
        std::from_chars(value.data(), value.data() + value.size(), seconds).ec != std::errc{})
      continue;
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(seconds);
    add(status, retry);
  }
  return status.SerializeAsString();
}

}  // namespace

std::optional<std::string> write_execute(const v1::ExecuteRequest& message, http::Request& request) {
  return write_command(message, "executeCommand", request);
}

std::optional<std::string> write_explain(const v1::ExecuteRequest& message, http::Request& request) {
  return write_command(message, "explainCommand", request);
}

std::optional<std::string> write_batch(const v1::ExecuteBatchRequest& message, http::Request& request) {
  (void)set_operation(request, "executeCommands", {});
  json::TextWriter writer(request.body);
  writer.begin_object();
  writer.key("allOrNothing");
  writer.raw(message.all_or_nothing() ? "true" : "false");
  writer.key("commands");
  writer.begin_array();
  for (const v1::ExecuteRequest& command : message.commands()) {
    writer.begin_object();
    writer.member("commandName", command.command_name());
    if (auto mistake = write_members(command, writer)) return mistake;
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return std::nullopt;
}

std::optional<std::string> write_get_dispatch(const v1::GetDispatchRequest& message, http::Request& request) {
  if (message.command_id().empty()) return "command_id is empty";
  (void)set_operation(request, "getDispatch", {{"commandId", message.command_id()}});
  return std::nullopt;
}

bool read_execute(const http::Response& response, v1::ExecuteResponse& message) {
  const Object object(response.body);
  if (!object.is_there()) return false;
  read_acceptance(object, message);
  if (has_header(response, "Idempotent-Replayed", "true")) message.set_replayed(true);
  return true;
}

bool read_explain(const http::Response& response, v1::ExplainResponse& message) {
  const Object object(response.body);
  message.set_accepted(object.raw("accepted") == "true");
  message.set_explanation(response.body);
  return object.is_there();
}

bool read_batch(const http::Response& response, v1::ExecuteBatchResponse& message) {
  const Object object(response.body);
  const auto parsed = bodies::parse_json(object.raw("outcomes"));
  const auto* outcomes = std::get_if<JsonDocument>(&parsed);
  if (outcomes == nullptr || outcomes->root.type != Type::kArray) return false;
  for (const bodies::Value& outcome : outcomes->elements) read_outcome(outcome.raw, *message.add_outcomes());
  return true;
}

bool read_dispatch(const http::Response& response, v1::Dispatch& message) {
  const Object object(response.body);
  message.set_command_id(object.text("commandId"));
  message.set_command_name(object.text("commandName"));
  message.set_status(object.text("status"));
  message.set_target_service(object.text("targetService"));
  message.set_correlation_id(object.text("correlationId"));
  message.set_details(response.body);
  return object.is_there();
}

bool is_refusal(const http::Response& response) noexcept {
  constexpr int kFirstRefusal = 400;
  return response.status >= kFirstRefusal;
}

::grpc::Status status_of(const http::Response& response) {
  const Object problem(response.body);
  const std::string sqlstate = problem.text("code");
  const int code = sqlstate.empty() ? code_of(response.status) : problems::grpc_code_of(sqlstate);
  std::string message = problem.text("detail");
  if (message.empty()) message = problem.text("title");
  message = cut(message);
  return {static_cast<::grpc::StatusCode>(code), message, details_of(problem, response, code, message)};
}

}  // namespace command_center::api::grpc
