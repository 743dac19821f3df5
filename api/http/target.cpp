// Splits first and decodes then, so that no escape can move a boundary.
#include "api/http/target.hpp"

#include <algorithm>

#include "extension/core/json_schema/values/utf8.hpp"

namespace command_center::api::http {
namespace {

enum class Plus { kPlus, kSpace };

// Each has memory of its own, many times what it takes in the target.
constexpr std::size_t kMostParts = 100;

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

std::optional<std::string> decode(std::string_view text, Plus plus) {
  constexpr int kHexBase = 16;
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at] == '+' && plus == Plus::kSpace ? ' ' : text[at];
      continue;
    }
    if (text.size() - at < 3) return std::nullopt;
    const int high = hex_value(text[at + 1]);
    const int low = hex_value(text[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * kHexBase + low);
    at += 2;
  }
  if (decoded.find('\0') != std::string::npos || !json_schema::values::is_well_formed_utf8(decoded))
    return std::nullopt;
  return decoded;
}

// Takes what comes before `separator` off the front of `rest`, and the separator.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::string_view part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return part;
}

// Takes "http://host:port" off the front of `text` and answers what is between the slashes and the path;
// nothing where there is none.
std::string_view take_authority(std::string_view& text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos || scheme == 0) return {};
  text.remove_prefix(scheme + 3);
  const std::string_view authority = text.substr(0, text.find_first_of("/?"));
  text.remove_prefix(authority.size());
  return authority;
}

bool decode_query(std::string_view text, Fields& query) {
  while (!text.empty()) {
    std::string_view value = take_until(text, '&');
    if (value.empty()) continue;
    auto name = decode(take_until(value, '='), Plus::kSpace);
    auto decoded = decode(value, Plus::kSpace);
    if (!name || !decoded || query.size() == kMostParts) return false;
    query.emplace_back(std::move(*name), std::move(*decoded));
  }
  return true;
}

}  // namespace

std::optional<Target> parse_target(std::string_view text) {
  Target target;
  if (text == "*") {
    target.path = "*";
    target.segments.emplace_back("*");
    return target;
  }
  if (text.empty() || text.find('#') != std::string_view::npos) return std::nullopt;
  if (text.front() != '/') {
    target.authority = take_authority(text);
    if (target.authority.empty()) return std::nullopt;
  }
  const std::size_t question = text.find('?');
  const std::string_view path = text.substr(0, question);
  target.path = path.empty() ? std::string("/") : std::string(path);
  std::string_view rest = path.empty() ? path : path.substr(1);
  // "/a/" has an empty second segment and "/" has none.
  bool is_more = !rest.empty();
  while (is_more) {
    is_more = rest.find('/') != std::string_view::npos;
    auto segment = decode(take_until(rest, '/'), Plus::kPlus);
    if (!segment || target.segments.size() == kMostParts) return std::nullopt;
    target.segments.push_back(std::move(*segment));
  }
  if (question != std::string_view::npos && !decode_query(text.substr(question + 1), target.query))
    return std::nullopt;
  return target;
}

}  // namespace command_center::api::http
