// The span of a request: from when it has been read to when its answer is sent.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "api/api.hpp"
#include "api/database/call.hpp"
#include "api/http/reply.hpp"
#include "daemon/spans/span.hpp"

namespace command_center::api::tracing {

// How a door tells of its requests and answers, by the semantic conventions of its protocol.
struct Conventions {
  std::function<void(const http::Request&, spans::Span&)> describe;
  std::function<void(const http::Response&, spans::Span&)> conclude;
};
[[nodiscard]] Conventions http_conventions();

// Gives every request a span, within what its traceparent names. `handler` itself where nothing is traced.
[[nodiscard]] http::Handler traced(http::Handler handler, Conventions conventions);

// The route that was found; of constants.
void note_route(const http::Request& request, std::string_view path);

// What the request does goes on within its span: its header traceparent is that span's from here on. There is
// one header tracestate, or none.
void pass_on(http::Request& request);
// The command goes on within the request's span, and so does what consumes it. Its own traceparent, where the
// request's header says nothing, is what the request began in.
void pass_on(const http::Request& request, database::Database::Execute& command);
// The same of all commands of a request that say nothing themselves, with its tracestate; nothing where none
// goes on.
[[nodiscard]] std::optional<std::string> traceparent_of(const http::Request& request);

[[nodiscard]] std::optional<spans::Origin> origin_of(const http::Request& request);

}  // namespace command_center::api::tracing
