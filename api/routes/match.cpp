// Some dozens of routes: looked at one after the other.
#include "api/routes/match.hpp"

#include <algorithm>

namespace command_center::api::routes {
namespace {

bool is_variable(const std::string& segment) {
  return !segment.empty() && segment.front() == '{';
}

bool fits(const Route& route, const std::vector<std::string>& segments) {
  return std::equal(route.segments.begin(), route.segments.end(), segments.begin(), segments.end(),
                    [](const std::string& pattern, const std::string& segment) {
                      return is_variable(pattern) ? !segment.empty() : pattern == segment;
                    });
}

void allow(std::vector<std::string>& methods, const std::string& method) {
  if (std::find(methods.begin(), methods.end(), method) == methods.end()) methods.push_back(method);
}

}  // namespace

Match find_route(std::string_view method, const std::vector<std::string>& segments) {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  // A path without a variable goes before one with.
  const auto is_exactly = [&](const Route& route) { return route.segments == segments; };
  const bool is_literal = std::any_of(all_routes().begin(), all_routes().end(), is_exactly);
  Match match;
  for (const Route& route : all_routes()) {
    if (is_literal ? !is_exactly(route) : !fits(route, segments)) continue;
    if (route.method == wanted) {
      match.route = &route;
      return match;
    }
    allow(match.allowed, route.method);
    if (route.method == "GET") allow(match.allowed, "HEAD");
  }
  return match;
}

std::string_view path_value(const Route& route, const std::vector<std::string>& segments,
                            std::string_view name) {
  for (std::size_t index = 0; index < route.segments.size(); ++index) {
    const std::string_view pattern = route.segments[index];
    if (is_variable(route.segments[index]) && pattern.substr(1, pattern.size() - 2) == name)
      return segments[index];
  }
  return {};
}

}  // namespace command_center::api::routes
