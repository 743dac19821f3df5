// Addresses of the network: which are loopback, which belong to a network, and who stands behind a proxy.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/reply.hpp"

namespace command_center::api::identity {

// IPv4 addresses are kept as IPv6 ones (::ffff:a.b.c.d), so that both spellings are the same address.
using Address = std::array<std::uint8_t, 16>;

[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

// The longest prefix of an address, as text that is the same for all addresses of one customer: IPv4 whole,
// IPv6 by its first 64 bits, of which anybody has all the rest. Other text stays as it is.
[[nodiscard]] std::string address_group(std::string_view address);

struct Network {
  Address address{};
  int bits = 128;

  [[nodiscard]] bool has(const Address& other) const noexcept;
};

// An address, or an address, a slash and the number of bits.
[[nodiscard]] std::optional<Network> parse_network(std::string_view text);

// "localhost" or an address of this machine's own, without a port.
[[nodiscard]] bool is_loopback_name(std::string_view host);
// The same for a Host header, which may have a port and has brackets around an IPv6 address.
[[nodiscard]] bool is_loopback_host(std::string_view header);

class TrustedProxies {
 public:
  // Texts that find_mistakes() let pass.
  explicit TrustedProxies(const std::vector<std::string>& networks);

  // Who the request comes from: `peer`, or the nearest address in X-Forwarded-For that is no trusted proxy's.
  // What stands further left in that header was written by strangers.
  [[nodiscard]] std::string client_of(std::string_view peer, const http::Fields& headers) const;

 private:
  [[nodiscard]] bool is_trusted(const Address& address) const noexcept;

  std::vector<Network> networks_;
};

// Tells `handler` the client's address instead of the proxy's.
[[nodiscard]] http::Handler behind(TrustedProxies proxies, http::Handler handler);

}  // namespace command_center::api::identity
