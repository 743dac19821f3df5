// Addresses of the network: as text, which network they belong to, and whether they are the internet's.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace command_center::daemon::network {

// IPv4 addresses are kept as IPv6 ones (::ffff:a.b.c.d), so that both spellings are the same address.
using Address = std::array<std::uint8_t, 16>;

// Scopes (fe80::1%eth0) are not addresses here.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);
// Nothing for other families than those two.
[[nodiscard]] std::optional<Address> address_of(const sockaddr& socket_address) noexcept;

[[nodiscard]] std::string to_text(const Address& address);
[[nodiscard]] bool is_v4(const Address& address) noexcept;

// Whether it is one host's that anybody on the internet can reach: none of those that IANA's registries of
// special-purpose addresses keep for a machine, a site, documentation, groups or the future. What carries an
// IPv4 address is judged by that: NAT64 (64:ff9b::/96); or is none, where nobody needs it any more (6to4,
// Teredo).
[[nodiscard]] bool is_global_unicast(const Address& address) noexcept;

struct Network {
  Address address{};
  int bits = 128;

  [[nodiscard]] bool has(const Address& other) const noexcept;
};

// An address, or an address, a slash and the number of bits.
[[nodiscard]] std::optional<Network> parse_network(std::string_view text);

}  // namespace command_center::daemon::network
