// Between messages and the requests and answers of HTTP.
#pragma once

#include <grpcpp/support/status.h>

#include <optional>
#include <string>
#include <string_view>

#include "api/http/request.hpp"
#include "api/http/response.hpp"
#include "command_center/v1/commands.pb.h"

namespace command_center::api::grpc {

// The method, path and body; who calls and the rest is not of the message. A text: what is wrong with it.
[[nodiscard]] std::optional<std::string> write_execute(const v1::ExecuteRequest& message,
                                                       http::Request& request);
[[nodiscard]] std::optional<std::string> write_explain(const v1::ExecuteRequest& message,
                                                       http::Request& request);
[[nodiscard]] std::optional<std::string> write_batch(const v1::ExecuteBatchRequest& message,
                                                     http::Request& request);
[[nodiscard]] std::optional<std::string> write_get_dispatch(const v1::GetDispatchRequest& message,
                                                            http::Request& request);

[[nodiscard]] std::optional<std::string> write_list_dispatches(const v1::ListDispatchesRequest& message,
                                                               http::Request& request);
[[nodiscard]] std::optional<std::string> write_replay(const v1::ReplayDispatchRequest& message,
                                                      http::Request& request);
[[nodiscard]] std::optional<std::string> write_acknowledge(const v1::AcknowledgeRequest& message,
                                                           http::Request& request);
[[nodiscard]] std::optional<std::string> write_publish(const v1::PublishEventRequest& message,
                                                       http::Request& request);
[[nodiscard]] std::optional<std::string> write_call(const v1::CallRequest& message, http::Request& request);

// From the body of an answer below 400. False where it is not as the routes write it.
[[nodiscard]] bool read_execute(const http::Response& response, v1::ExecuteResponse& message);
[[nodiscard]] bool read_explain(const http::Response& response, v1::ExplainResponse& message);
[[nodiscard]] bool read_batch(const http::Response& response, v1::ExecuteBatchResponse& message);
[[nodiscard]] bool read_dispatch(const http::Response& response, v1::Dispatch& message);

[[nodiscard]] bool read_dispatches(const http::Response& response, v1::ListDispatchesResponse& message);
[[nodiscard]] bool read_replay(const http::Response& response, v1::ReplayDispatchResponse& message);
[[nodiscard]] bool read_acknowledged(const http::Response& response, v1::AcknowledgeResponse& message);
[[nodiscard]] bool read_published(const http::Response& response, v1::PublishEventResponse& message);
[[nodiscard]] bool read_call(const http::Response& response, v1::CallResponse& message);

// Whether an answer is a problem: from 400 on. A call may end well with 304.
[[nodiscard]] bool is_refusal(const http::Response& response) noexcept;

// Of a refusal, which is a problem: its code by the table of errors, its detail as the message,
// and google.rpc details with code, hint and located errors, as many as fit into what clients take of
// trailers.
[[nodiscard]] ::grpc::Status status_of(const http::Response& response);

}  // namespace command_center::api::grpc
