// A socket that takes connections.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/admin/descriptor.hpp"

namespace command_center::daemon::admin {

// On an IPv4 or IPv6 address or a name; port 0 takes a free one. Throws Failure(kRefused) when the address
// cannot be used.
[[nodiscard]] Descriptor listen_on(const std::string& address, std::uint16_t port);

// On every address of a name, all with the same port. The first one decides; the others are a courtesy.
[[nodiscard]] std::vector<Descriptor> listen_on_all(const std::string& address, std::uint16_t port,
                                                    int backlog);

[[nodiscard]] std::uint16_t port_of(const Descriptor& listener);

}  // namespace command_center::daemon::admin
