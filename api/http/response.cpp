// Nothing that comes from a request can end a header line.
#include "api/http/response.hpp"

#include <array>
#include <ctime>

namespace command_center::api::http {
namespace {

constexpr int kContinue = 100;
constexpr int kFirstFinal = 200;
constexpr int kNoContent = 204;
constexpr int kNotModified = 304;

std::string_view reason_of(int status) {
  switch (status) {
    case kContinue:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case kNoContent:
      return "No Content";
    case 207:
      return "Multi-Status";
    case kNotModified:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

void append_field(std::string& text, std::string_view name, std::string_view value) {
  text += name;
  text += ": ";
  for (const char byte : value) {
    const bool is_control = (byte >= 0 && byte < ' ' && byte != '\t') || byte == '\x7f';
    text += is_control ? ' ' : byte;
  }
  text += "\r\n";
}

// IMF-fixdate, by the clock of the machine and in no locale.
std::string date() {
  constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 64> text{};
  (void)std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                      kDays.at(static_cast<std::size_t>(parts.tm_wday)), parts.tm_mday,
                      kMonths.at(static_cast<std::size_t>(parts.tm_mon)), parts.tm_year + 1900, parts.tm_hour,
                      parts.tm_min, parts.tm_sec);
  return text.data();
}

}  // namespace

std::string render(const Response& response, Body body, Persistence persistence) {
  const bool has_body =
      response.status >= kFirstFinal && response.status != kNoContent && response.status != kNotModified;
  std::string text;
  constexpr std::size_t kUsualHead = 512;
  text.reserve(kUsualHead + response.body.size());
  text += "HTTP/1.1 " + std::to_string(response.status) + ' ';
  text += reason_of(response.status);
  text += "\r\n";
  append_field(text, "Date", date());
  if (has_body) {
    if (!response.body.empty()) append_field(text, "Content-Type", response.content_type);
    append_field(text, "Content-Length", std::to_string(response.body.size()));
  }
  append_field(text, "Connection", persistence == Persistence::kClosed ? "close" : "keep-alive");
  for (const auto& [name, value] : response.headers) append_field(text, name, value);
  text += "\r\n";
  if (has_body && body == Body::kSent) text += response.body;
  return text;
}

}  // namespace command_center::api::http
