// Whose an address is: which are loopback, and who stands behind a proxy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/api.hpp"
#include "api/http/reply.hpp"
#include "daemon/network/addresses.hpp"

namespace command_center::api::identity {

using network::Address;
using network::Network;
using network::parse_address;
using network::parse_network;

// The longest prefix of an address, as text that is the same for all addresses of one customer: IPv4 whole,
// IPv6 by its first 64 bits, of which anybody has all the rest. Other text stays as it is.
[[nodiscard]] std::string address_group(std::string_view address);

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
