// Sockets of the loopback address, for tests that listen or speak by hand.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <stdexcept>
#include <string>

#include "daemon/admin/descriptor.hpp"

namespace command_center::loopback {

using daemon::admin::Descriptor;

[[nodiscard]] inline sockaddr_in address_of(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// Of IPv4, with nothing set.
[[nodiscard]] inline Descriptor open_socket() {
  return Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

[[nodiscard]] inline bool connect_to(int port, const Descriptor& socket) {
  const sockaddr_in address = address_of(port);
  return connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

class Listener {
 public:
  // On a port, or on a free one (0). Throws std::runtime_error when it cannot listen.
  explicit Listener(int port = 0) : socket_(open_socket()) {
    constexpr int kBacklog = 64;
    const int on = 1;
    setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address = address_of(port);
    socklen_t size = sizeof(address);
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket_.get(), plain, size) != 0 || listen(socket_.get(), kBacklog) != 0 ||
        getsockname(socket_.get(), plain, &size) != 0)
      throw std::runtime_error("could not listen on port " + std::to_string(port));
    port_ = ntohs(address.sin_port);
  }

  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] int fd() const noexcept { return socket_.get(); }
  // The next client; nobody (-1) once it was stopped.
  [[nodiscard]] Descriptor accept_one() const noexcept {
    return Descriptor(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }
  // Whoever waits for a client waits no longer. From any thread.
  void stop() const noexcept { shutdown(socket_.get(), SHUT_RDWR); }

 private:
  Descriptor socket_;
  int port_ = 0;
};

// False when the other side has broken off.
inline bool send_all(const Descriptor& socket, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = send(socket.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace command_center::loopback
