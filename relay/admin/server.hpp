// The admin port: /livez, /readyz and /metrics over HTTP, on a thread of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "relay/admin/health.hpp"
#include "relay/admin/metrics.hpp"

namespace command_center::relay::admin {

class Server {
 public:
  // Listens at once; port 0 takes a free one. Throws Failure(kRefused) when the address cannot be used.
  // Borrows `health` and `metrics`.
  Server(const std::string& address, std::uint16_t port, const Health& health, const Metrics& metrics);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Endpoint;
  std::unique_ptr<Endpoint> endpoint_;
};

}  // namespace command_center::relay::admin
