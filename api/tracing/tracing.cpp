// A span is passed from thread to thread with the request that it is of: one has it at a time.
#include "api/tracing/tracing.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "extension/core/envelope/trace_context.hpp"

namespace command_center::api::tracing {
namespace {

constexpr int kServerError = 500;

// The only one of its name; two would be somebody's guess.
std::optional<std::string_view> only_header(const http::Request& request, std::string_view name) {
  const auto is_called = [name](const auto& header) { return header.first == name; };
  if (std::count_if(request.headers.begin(), request.headers.end(), is_called) != 1) return std::nullopt;
  return request.header(name);
}

// Several are one list.
std::string state_of(const http::Request& request) {
  std::string all;
  for (const auto& [name, value] : request.headers) {
    if (name == "tracestate") all.append(all.empty() ? "" : ",").append(value);
  }
  return spans::read_tracestate(all);
}

std::optional<spans::Parent> parent_of(const http::Request& request) {
  const auto header = only_header(request, "traceparent");
  const auto context = header ? spans::read_traceparent(*header) : std::nullopt;
  if (!context) return std::nullopt;
  return spans::Parent{*context, spans::Parent::Place::kRemote, state_of(request)};
}

// Names of methods that anybody makes up would be as many as there are requests.
std::string_view method_of(const http::Request& request) {
  constexpr std::string_view kKnown[] = {"GET",  "POST",    "PUT",   "PATCH",  "DELETE",
                                         "HEAD", "OPTIONS", "TRACE", "CONNECT"};
  const auto* const known = std::find(std::begin(kKnown), std::end(kKnown), request.method);
  return known == std::end(kKnown) ? std::string_view("_OTHER") : *known;
}

// The answer ends the span, and then goes on its way.
class Concluding : public http::Destination {
 public:
  Concluding(http::Reply&& reply, std::shared_ptr<spans::Span> span,
             std::function<void(const http::Response&, spans::Span&)> conclude)
      : reply_(std::move(reply)), span_(std::move(span)), conclude_(std::move(conclude)) {}

  void send(http::Response&& response) noexcept override {
    try {
      conclude_(response, *span_);
      span_->end();
    } catch (...) {
      // No memory: the answer matters.
    }
    reply_.send(std::move(response));
  }
  [[nodiscard]] bool is_gone() const noexcept override { return reply_.is_gone(); }

 private:
  http::Reply reply_;
  std::shared_ptr<spans::Span> span_;
  std::function<void(const http::Response&, spans::Span&)> conclude_;
};

void describe_http(const http::Request& request, spans::Span& span) {
  const std::string_view method = method_of(request);
  span.rename(method == "_OTHER" ? "HTTP" : method);
  span.set("http.request.method", method);
  span.set("url.scheme", "http");
}

void conclude_http(const http::Response& response, spans::Span& span) {
  span.set("http.response.status_code", std::int64_t{response.status});
  if (response.status >= kServerError) span.fail(std::to_string(response.status));
}

}  // namespace

Conventions http_conventions() {
  return {describe_http, conclude_http};
}

http::Handler traced(http::Handler handler, Conventions conventions) {
  if (!spans::is_on()) return handler;
  return [handler = std::move(handler), conventions = std::move(conventions)](http::Request&& request,
                                                                              http::Reply&& reply) {
    auto span = std::make_shared<spans::Span>(spans::begin("HTTP", spans::Kind::kServer, parent_of(request)));
    conventions.describe(request, *span);
    request.span = span;
    handler(std::move(request), http::Reply(std::make_unique<Concluding>(std::move(reply), std::move(span),
                                                                         conventions.conclude)));
  };
}

void note_route(const http::Request& request, std::string_view path) {
  if (!request.span || !request.rpc.empty()) return;
  request.span->rename(std::string(method_of(request)) + " " + std::string(path));
  request.span->set("http.route", path);
}

void pass_on(http::Request& request) {
  const auto origin = origin_of(request);
  const std::string state = origin ? origin->state : state_of(request);
  auto& headers = request.headers;
  headers.erase(std::remove_if(headers.begin(), headers.end(),
                               [&](const auto& header) {
                                 return header.first == "tracestate" ||
                                        (origin && header.first == "traceparent");
                               }),
                headers.end());
  if (origin) headers.emplace_back("traceparent", spans::traceparent_of(origin->context));
  if (!state.empty()) headers.emplace_back("tracestate", state);
}

void pass_on(const http::Request& request, database::Database::Execute& command) {
  if (!request.span) {
    if (command.traceparent && only_header(request, "traceparent") == *command.traceparent)
      command.traceparent = spans::passed_on(*command.traceparent, state_of(request));
    return;
  }
  if (command.traceparent && !request.header("traceparent")) {
    const envelope::TraceContext own = envelope::read_trace_context(*command.traceparent);
    if (const auto context = spans::read_traceparent(own.traceparent))
      request.span->adopt({*context, spans::Parent::Place::kRemote, spans::read_tracestate(own.tracestate)});
  }
  request.span->set("command_center.command.name", command.command_name);
  command.trace = origin_of(request);
  command.traceparent = traceparent_of(request);
}

std::optional<std::string> traceparent_of(const http::Request& request) {
  if (const auto origin = origin_of(request))
    return spans::passed_on(spans::traceparent_of(origin->context), origin->state);
  const auto header = only_header(request, "traceparent");
  if (!header || !spans::read_traceparent(*header)) return std::nullopt;
  return spans::passed_on(std::string(*header), state_of(request));
}

std::optional<spans::Origin> origin_of(const http::Request& request) {
  return request.span ? request.span->origin() : std::nullopt;
}

}  // namespace command_center::api::tracing
