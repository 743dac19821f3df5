#include "api/routes/location.hpp"

#include <algorithm>

namespace command_center::api::routes {
namespace {

constexpr std::string_view kMade = "{made}";

// What is not unreserved (RFC 3986, 2.3) is escaped.
void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    const bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                          (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' ||
                          byte == '~';
    if (is_plain) {
      out.push_back(character);
    } else {
      out.append({'%', kDigits[byte >> 4U], kDigits[byte & 15U]});
    }
  }
}

database::Parameter value_of(const Route& route, const std::vector<database::Parameter>& parameters,
                             std::string_view name) {
  const auto found = std::find(route.parameters.begin(), route.parameters.end(), name);
  if (found == route.parameters.end()) return std::nullopt;
  return parameters[static_cast<std::size_t>(found - route.parameters.begin())];
}

}  // namespace

std::string location_of(const Route& route, const std::vector<database::Parameter>& parameters) {
  std::string out;
  std::string_view rest = route.location;
  std::string_view query;
  if (const std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
    query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  while (!rest.empty()) {
    const std::size_t brace = std::min(rest.find('{'), rest.size());
    out.append(rest.substr(0, brace));
    rest.remove_prefix(brace);
    if (rest.empty()) break;
    const std::size_t end = rest.find('}') + 1;
    if (rest.substr(0, end) == kMade) {
      out.append(kMade);
    } else {
      append_escaped(out, value_of(route, parameters, rest.substr(1, end - 2)).value_or(""));
    }
    rest.remove_prefix(end);
  }
  char separator = '?';
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view name = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    database::Parameter value = value_of(route, parameters, name);
    const Binding* binding = find_binding(route, name);
    if (!value && binding != nullptr && binding->place == Place::kScope) value = "null";
    if (!value) continue;
    out.push_back(separator);
    out.append(name).push_back('=');
    append_escaped(out, *value);
    separator = '&';
  }
  return out;
}

std::string with_made(const std::string& location, std::string_view made) {
  std::string out = location;
  if (const std::size_t at = out.find(kMade); at != std::string::npos) out.replace(at, kMade.size(), made);
  return out;
}

}  // namespace command_center::api::routes
