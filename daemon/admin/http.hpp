// As much of HTTP as an admin port needs: one request, one answer, and the connection closes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace command_center::daemon::admin {

struct Request {
  std::string_view method;
  std::string_view path;
  std::string_view query;  // what follows the question mark

  // The value of `name` in the query, as it is written there.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

// The request that `text` begins with, borrowed from it; nothing when it is none.
[[nodiscard]] std::optional<Request> parse_request(std::string_view text);

// True when the whole head of a request is there.
[[nodiscard]] bool has_whole_head(std::string_view text);

struct Response {
  int status = 200;
  std::string body;
  std::string_view content_type = "text/plain; charset=utf-8";
};

// Head and body as they go over the wire; without the body for HEAD.
[[nodiscard]] std::string render(const Response& response, std::string_view method);

}  // namespace command_center::daemon::admin
