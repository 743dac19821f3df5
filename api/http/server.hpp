// The HTTP door: pistache accepts and reads, everything else is ours.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "api/api.hpp"
#include "api/doors/door.hpp"
#include "api/http/connection.hpp"
#include "api/http/reply.hpp"
#include "api/settings/settings.hpp"

namespace command_center::api::http {

class Server final : public doors::Doorway {
 public:
  // Listens at once, on an IPv4 or IPv6 address or a name; port 0 takes a free one. Throws Failure(kRefused)
  // when the address cannot be used, or where so few files may be open that hardly a client would be served.
  // `handler` and `refuse` are called on the server's threads.
  // Metrics are registered in `registry`, which is borrowed.
  Server(const settings::Http& http, Handler handler, Refuse refuse, prometheus::Registry& registry);
  // No handler is called any more; replies that are still held somewhere answer nobody.
  ~Server() override;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  // From now on every request is refused with 503, idle connections are closed, and each answer closes its
  // own.
  void drain() noexcept override { house_->is_draining = true; }
  [[nodiscard]] int unanswered() const noexcept override { return house_->unanswered; }
  [[nodiscard]] int connections() const noexcept { return house_->connections; }

 private:
  class Listening;

  std::shared_ptr<House> house_;
  std::unique_ptr<Listening> listening_;
  std::uint16_t port_ = 0;
};

}  // namespace command_center::api::http
