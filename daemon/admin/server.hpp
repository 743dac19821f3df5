// The admin port: /livez, /readyz and /metrics over HTTP, on a thread of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "daemon/admin/metrics.hpp"
#include "daemon/admin/roster.hpp"

namespace command_center::daemon::admin {

class Server {
 public:
  // Listens at once; port 0 takes a free one. Throws Failure(kRefused) when the address cannot be used.
  // Borrows `roster` and `metrics`.
  Server(const std::string& address, std::uint16_t port, const Roster& roster, const Metrics& metrics);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Endpoint;
  std::unique_ptr<Endpoint> endpoint_;
};

}  // namespace command_center::daemon::admin
