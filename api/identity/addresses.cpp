// A header that nobody can read is not believed.
#include "api/identity/addresses.hpp"

#include <algorithm>
#include <optional>

namespace command_center::api::identity {
namespace {

constexpr std::size_t kMappedBytes = 12;
constexpr std::size_t kGroupBytes = 8;

[[nodiscard]] bool is_loopback(const Address& address) noexcept {
  if (network::is_v4(address)) return address[kMappedBytes] == 127;
  Address one{};
  one.back() = 1;
  return address == one;
}

[[nodiscard]] std::string_view trim(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

[[nodiscard]] bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "host", "host:port", "[v6]", "[v6]:port" or a bare IPv6 address without its port; nothing for other texts.
[[nodiscard]] std::optional<std::string_view> without_port(std::string_view text) {
  if (!text.empty() && text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return std::nullopt;
    return text.substr(1, end - 1);
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) return text;
  if (!is_port(text.substr(colon + 1))) return std::nullopt;
  return text.substr(0, colon);
}

}  // namespace

std::string address_group(std::string_view text) {
  std::optional<Address> address = parse_address(text);
  if (!address) return std::string(text);
  if (network::is_v4(*address)) return network::to_text(*address);
  std::fill(address->begin() + kGroupBytes, address->end(), std::uint8_t{0});
  return network::to_text(*address) + "/64";
}

bool is_loopback_name(std::string_view host) {
  constexpr std::string_view kLocalhost = "localhost";
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  if (std::equal(host.begin(), host.end(), kLocalhost.begin(), kLocalhost.end(),
                 [&](char a, char b) { return lower(a) == b; })) {
    return true;
  }
  const std::optional<Address> address = parse_address(host);
  return address && is_loopback(*address);
}

bool is_loopback_host(std::string_view header) {
  const std::optional<std::string_view> host = without_port(trim(header));
  return host && is_loopback_name(*host);
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
  for (const std::string& text : networks) {
    if (const std::optional<Network> network = parse_network(text)) networks_.push_back(*network);
  }
}

bool TrustedProxies::is_trusted(const Address& address) const noexcept {
  return std::any_of(networks_.begin(), networks_.end(),
                     [&](const Network& network) { return network.has(address); });
}

std::string TrustedProxies::client_of(std::string_view peer, const http::Fields& headers) const {
  std::optional<Address> client = parse_address(peer);
  if (!client) return std::string(peer);
  // Lines of the same header are one list; the last entry is what the nearest proxy saw.
  for (auto line = headers.rbegin(); line != headers.rend(); ++line) {
    if (line->first != "x-forwarded-for") continue;
    std::string_view left = line->second;
    while (is_trusted(*client)) {
      const std::size_t comma = left.rfind(',');
      const std::string_view entry = trim(comma == std::string_view::npos ? left : left.substr(comma + 1));
      const std::optional<std::string_view> host = without_port(entry);
      const std::optional<Address> next = host ? parse_address(*host) : std::nullopt;
      if (!next)
        return network::to_text(*client);  // what nobody can read is not believed, nor what is left of it
      client = next;
      if (comma == std::string_view::npos) break;
      left = left.substr(0, comma);
    }
  }
  return network::to_text(*client);
}

http::Handler behind(TrustedProxies proxies, http::Handler handler) {
  return [proxies = std::move(proxies), handler = std::move(handler)](http::Request&& request,
                                                                      http::Reply&& reply) {
    request.peer = proxies.client_of(request.peer, request.headers);
    handler(std::move(request), std::move(reply));
  };
}

}  // namespace command_center::api::identity
