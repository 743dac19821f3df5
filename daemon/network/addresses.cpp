// Texts are parsed by the C library.
#include "daemon/network/addresses.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace command_center::daemon::network {
namespace {

constexpr Address kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0};
constexpr std::size_t kMappedBytes = 12;

struct V4Network {
  std::uint32_t address;
  int bits;
};

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24U | b << 16U | c << 8U | d;
}

// Of IANA's registry, those that are not globally reachable, the groups and the future.
constexpr V4Network kSpecialV4[] = {
    {v4(0, 0, 0, 0), 8},      {v4(10, 0, 0, 0), 8},     {v4(100, 64, 0, 0), 10}, {v4(127, 0, 0, 0), 8},
    {v4(169, 254, 0, 0), 16}, {v4(172, 16, 0, 0), 12},  {v4(192, 0, 0, 0), 24},  {v4(192, 0, 2, 0), 24},
    {v4(192, 88, 99, 0), 24}, {v4(192, 168, 0, 0), 16}, {v4(198, 18, 0, 0), 15}, {v4(198, 51, 100, 0), 24},
    {v4(203, 0, 113, 0), 24}, {v4(224, 0, 0, 0), 4},    {v4(240, 0, 0, 0), 4}};

constexpr Network kNat64{{0x00, 0x64, 0xFF, 0x9B}, 96};
constexpr Network kGlobalV6{{0x20}, 3};
// Within those.
constexpr Network kSpecialV6[] = {{{0x20, 0x01}, 23},              // protocols: Teredo, benchmarks, ORCHID
                                  {{0x20, 0x01, 0x0D, 0xB8}, 32},  // documentation
                                  {{0x20, 0x02}, 16},              // 6to4
                                  {{0x3F, 0xFF}, 20}};             // documentation

[[nodiscard]] bool is_global_v4(const std::uint8_t* bytes) noexcept {
  const std::uint32_t address = v4(bytes[0], bytes[1], bytes[2], bytes[3]);
  return std::none_of(std::begin(kSpecialV4), std::end(kSpecialV4), [address](const V4Network& special) {
    return (address ^ special.address) >> (32U - static_cast<unsigned>(special.bits)) == 0;
  });
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  Address address = kMapped;
  if (inet_pton(AF_INET, terminated.c_str(), address.data() + kMappedBytes) == 1) return address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

std::optional<Address> address_of(const sockaddr& socket_address) noexcept {
  Address address = kMapped;
  if (socket_address.sa_family == AF_INET) {
    const auto& found = reinterpret_cast<const sockaddr_in&>(socket_address);
    std::memcpy(address.data() + kMappedBytes, &found.sin_addr, sizeof(found.sin_addr));
    return address;
  }
  if (socket_address.sa_family != AF_INET6) return std::nullopt;
  const auto& found = reinterpret_cast<const sockaddr_in6&>(socket_address);
  std::memcpy(address.data(), &found.sin6_addr, sizeof(found.sin6_addr));
  return address;
}

std::string to_text(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_v4(address)) {
    inet_ntop(AF_INET, address.data() + kMappedBytes, text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, address.data(), text.data(), text.size());
  }
  return text.data();
}

bool is_v4(const Address& address) noexcept {
  return std::equal(kMapped.begin(), kMapped.begin() + kMappedBytes, address.begin());
}

bool is_global_unicast(const Address& address) noexcept {
  if (is_v4(address) || kNat64.has(address)) return is_global_v4(address.data() + kMappedBytes);
  return kGlobalV6.has(address) && std::none_of(std::begin(kSpecialV6), std::end(kSpecialV6),
                                                [&](const Network& special) { return special.has(address); });
}

bool Network::has(const Address& other) const noexcept {
  const std::size_t whole = static_cast<std::size_t>(bits) / 8;
  if (!std::equal(address.begin(), address.begin() + whole, other.begin())) return false;
  const unsigned rest = static_cast<unsigned>(bits) % 8;
  if (rest == 0) return true;
  const unsigned mask = (0xFFU << (8 - rest)) & 0xFFU;
  return (address[whole] & mask) == (other[whole] & mask);
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<Address> address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Network{*address, 128};
  const std::string_view digits = text.substr(slash + 1);
  int bits = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (failure != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  const bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
  if (bits < 0 || bits > (dotted ? 32 : 128)) return std::nullopt;
  return Network{*address, dotted ? bits + static_cast<int>(kMappedBytes * 8) : bits};
}

}  // namespace command_center::daemon::network
