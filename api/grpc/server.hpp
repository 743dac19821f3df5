// The gRPC door: turns each call into the request that HTTP would have brought, and its answer back.
#pragma once

#include <prometheus/registry.h>

#include <chrono>
#include <cstdint>
#include <memory>

#include "api/http/reply.hpp"
#include "api/settings/grpc.hpp"

namespace command_center::api::grpc {

// What is borrowed by `handler` must outlive the server. Threads are gRPC's own.
class Server {
 public:
  // Throws Failure(kRefused) when it cannot listen. Metrics are registered in `registry`, which is borrowed.
  Server(const settings::Grpc& settings, std::int64_t most_bytes, http::Handler handler,
         prometheus::Registry& registry);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;

  // What grpc.health.v1 answers: SERVING or NOT_SERVING.
  void set_ready(bool ready);

  // Takes no new calls and waits for those under way, which are cancelled when the time is over; no longer
  // than they take, whatever else clients keep open. The handler must go on answering meanwhile. True when
  // none had to be cancelled.
  bool drain(std::chrono::milliseconds limit);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace command_center::api::grpc
