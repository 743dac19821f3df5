// The admin port: answers one request for each connection, on a thread of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <thread>

#include "daemon/admin/descriptor.hpp"
#include "daemon/admin/http.hpp"
#include "daemon/runtime/clock.hpp"

namespace command_center::daemon::admin {

class Server {
 public:
  using Answer = std::function<Response(const Request&)>;

  // Listens at once, on an IPv4 or IPv6 address or a name; port 0 takes a free one. Throws Failure(kRefused)
  // when the address cannot be used. However many connections are opened and left idle, the next request is
  // answered: the oldest one has to go. `answer` is called on the server's thread.
  Server(const std::string& address, std::uint16_t port, Answer answer);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  struct Connection {
    Descriptor socket;
    runtime::Clock::time_point deadline;
    std::string input;
    std::string output;
    std::size_t sent = 0;
  };

  void serve();
  void accept_all();
  // False when the connection is over.
  [[nodiscard]] bool advance(Connection& connection);
  [[nodiscard]] bool read_request(Connection& connection);
  [[nodiscard]] bool send_answer(Connection& connection);

  Answer answer_;
  Descriptor listener_;
  Descriptor stop_;
  std::uint16_t port_ = 0;
  std::list<Connection> connections_;  // the oldest first
  std::thread thread_;
};

}  // namespace command_center::daemon::admin
