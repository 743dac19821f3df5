#include "api/grpc/operation.hpp"

#include <algorithm>

#include "api/routes/route.hpp"

namespace command_center::api::grpc {
namespace {

[[nodiscard]] std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    const bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                          (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' ||
                          byte == '~';
    if (is_plain) {
      out.push_back(character);
      continue;
    }
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    out.push_back('%');
    out.push_back(kDigits[byte >> 4U]);
    out.push_back(kDigits[byte & 15U]);
  }
  return out;
}

[[nodiscard]] const routes::Route* find(std::string_view operation) {
  const auto& all = routes::all_routes();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const routes::Route& route) { return route.operation == operation; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

bool set_operation(http::Request& request, std::string_view operation, const Parameters& parameters) {
  const routes::Route* route = find(operation);
  if (route == nullptr) return false;
  request.method = route->method;
  Parameters rest = parameters;
  for (std::string segment : route->segments) {
    if (!segment.empty() && segment.front() == '{') {
      const auto found = rest.find(segment.substr(1, segment.size() - 2));
      segment = found == rest.end() ? std::string() : found->second;
      if (found != rest.end()) rest.erase(found);
    }
    request.path += "/" + percent_encoded(segment);
    request.segments.push_back(std::move(segment));
  }
  request.query.assign(rest.begin(), rest.end());
  return true;
}

}  // namespace command_center::api::grpc
