// Nothing here keeps a connection open, so that no client can have an answer that is another's.
#include "daemon/admin/http.hpp"

namespace command_center::daemon::admin {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

}  // namespace

std::optional<std::string_view> Request::parameter(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(pair.size() == rest.size() ? pair.size() : pair.size() + 1);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
  }
  return std::nullopt;
}

std::optional<Request> parse_request(std::string_view text) {
  const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || target_end <= method_end ||
      line.substr(target_end + 1).substr(0, 7) != "HTTP/1.") {
    return std::nullopt;
  }
  const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  const std::size_t question = target.find('?');
  return Request{line.substr(0, method_end), target.substr(0, question),
                 question == std::string_view::npos ? std::string_view() : target.substr(question + 1)};
}

bool has_whole_head(std::string_view text) {
  return text.find("\r\n\r\n") != std::string_view::npos || text.find("\n\n") != std::string_view::npos;
}

std::string render(const Response& response, std::string_view method) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  text += reason_of(response.status);
  text += "\r\nContent-Type: ";
  text += response.content_type;
  text += "\r\nContent-Length: " + std::to_string(response.body.size());
  if (response.status == 405) text += "\r\nAllow: GET, HEAD";
  text += "\r\nConnection: close\r\n\r\n";
  if (method != "HEAD") text += response.body;
  return text;
}

}  // namespace command_center::daemon::admin
