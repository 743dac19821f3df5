// The gRPC door: turns each call into the request that HTTP would have brought, and its answer back.
#pragma once

#include <prometheus/registry.h>

#include <cstdint>
#include <memory>

#include "api/doors/door.hpp"
#include "api/http/reply.hpp"
#include "api/settings/grpc.hpp"

namespace command_center::api::grpc {

// What is borrowed by `handler` must outlive the server. Threads are gRPC's own.
class Server final : public doors::Doorway {
 public:
  // Throws Failure(kRefused) when it cannot listen. Metrics are registered in `registry`, which is borrowed.
  Server(const settings::Grpc& settings, std::int64_t most_bytes, http::Handler handler,
         prometheus::Registry& registry);
  // Cancels what is still under way.
  ~Server() override;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;

  // What grpc.health.v1 answers: SERVING or NOT_SERVING.
  void set_ready(bool ready) override;

  // From now on every call is refused, and NOT_SERVING is what health says. The handler must go on answering
  // what is under way.
  void drain() noexcept override;
  [[nodiscard]] int unanswered() const noexcept override;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace command_center::api::grpc
