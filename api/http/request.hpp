// A request as the routes see it: decoded, bounded, and free of the HTTP library.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/api.hpp"
#include "daemon/runtime/clock.hpp"

namespace command_center::daemon::spans {
class Span;
}

namespace command_center::api::http {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;                 // upper case
  std::string path;                   // as it was sent, without the query: what a problem calls its instance
  std::vector<std::string> segments;  // of the path, percent-decoded; "/v1/routes/x" has three
  Fields query;                       // percent-decoded, in the order of the request, repeated names kept
  Fields headers;                     // names in lower case, values trimmed
  std::string body;
  std::string peer;  // the client's address without its port; behind a trusted proxy what that says
  std::optional<runtime::Clock::time_point> deadline;  // when a client that says so no longer waits
  std::string_view rpc{};                              // "package.Service/Method" of a gRPC call: a constant
  std::shared_ptr<spans::Span> span{};                 // null where nothing is traced

  // The value of the first header or parameter of this name; `name` in lower case for a header.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

}  // namespace command_center::api::http
