// The first address of a name is the one that must be there.
#include "daemon/admin/listener.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "daemon/failure.hpp"

namespace command_center::daemon::admin {
namespace {

constexpr int kBacklog = 128;

struct FreeAddresses {
  void operator()(addrinfo* addresses) const noexcept { freeaddrinfo(addresses); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

in_port_t& port_in(sockaddr_storage& address) {
  return address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                       : reinterpret_cast<sockaddr_in&>(address).sin_port;
}

[[noreturn]] void refuse(const std::string& address, std::uint16_t port, const char* why) {
  throw Failure(FailureKind::kRefused, kConnectionFailure,
                "could not listen on \"" + address + "\", port " + std::to_string(port), why);
}

Addresses find(const std::string& address, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(address.c_str(), nullptr, &hints, &found);
  if (error != 0) refuse(address, port, gai_strerror(error));
  return Addresses(found);
}

// With errno where there is none.
Descriptor open(const addrinfo& found, std::uint16_t port, int backlog) {
  Descriptor listener(socket(found.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_storage address{};
  std::memcpy(&address, found.ai_addr, found.ai_addrlen);
  port_in(address) = htons(port);
  const int on = 1;
  if (listener.get() < 0 || setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), found.ai_addrlen) != 0 ||
      listen(listener.get(), backlog) != 0)
    return Descriptor();
  return listener;
}

}  // namespace

Descriptor listen_on(const std::string& address, std::uint16_t port) {
  const Addresses found = find(address, port);
  Descriptor listener = open(*found, port, kBacklog);
  if (listener.get() < 0) refuse(address, port, std::strerror(errno));
  return listener;
}

std::vector<Descriptor> listen_on_all(const std::string& address, std::uint16_t port, int backlog) {
  const Addresses found = find(address, port);
  std::vector<Descriptor> listeners;
  for (const addrinfo* each = found.get(); each != nullptr; each = each->ai_next) {
    Descriptor listener = open(*each, listeners.empty() ? port : port_of(listeners.front()), backlog);
    if (listener.get() >= 0) {
      listeners.push_back(std::move(listener));
    } else if (listeners.empty()) {
      refuse(address, port, std::strerror(errno));
    }
  }
  return listeners;
}

std::uint16_t port_of(const Descriptor& listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(port_in(address));
}

}  // namespace command_center::daemon::admin
