// The answer's status is that of HTTP until the call ends with it: it is judged here as it will be there.
#include "api/grpc/conventions.hpp"

#include <grpcpp/grpcpp.h>

#include "api/grpc/codec.hpp"

namespace command_center::api::grpc {
namespace {

// What is the server's fault, as the conventions list it.
bool is_failure(::grpc::StatusCode code) {
  switch (code) {
    case ::grpc::StatusCode::UNKNOWN:
    case ::grpc::StatusCode::DEADLINE_EXCEEDED:
    case ::grpc::StatusCode::UNIMPLEMENTED:
    case ::grpc::StatusCode::INTERNAL:
    case ::grpc::StatusCode::UNAVAILABLE:
    case ::grpc::StatusCode::DATA_LOSS:
      return true;
    default:
      return false;
  }
}

void describe(const http::Request& request, spans::Span& span) {
  const std::string_view name = request.rpc;
  const std::size_t slash = name.find('/');
  span.rename(name);
  span.set("rpc.system", "grpc");
  span.set("rpc.service", name.substr(0, slash));
  if (slash != std::string_view::npos) span.set("rpc.method", name.substr(slash + 1));
}

void conclude(const http::Response& response, spans::Span& span) {
  const ::grpc::StatusCode code =
      is_refusal(response) ? status_of(response).error_code() : ::grpc::StatusCode::OK;
  span.set("rpc.grpc.status_code", std::int64_t{code});
  if (is_failure(code)) span.fail(std::to_string(code));
}

}  // namespace

tracing::Conventions conventions() {
  return {describe, conclude};
}

}  // namespace command_center::api::grpc
