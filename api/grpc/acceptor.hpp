// Who may connect: the library takes every connection there is, and with them the descriptors that HTTP, the
// admin port and PostgreSQL need.
#pragma once

#include <grpcpp/server_builder.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "api/api.hpp"
#include "daemon/admin/descriptor.hpp"
#include "daemon/runtime/clock.hpp"

namespace command_center::api::grpc {

class Acceptor {
 public:
  using Library = std::unique_ptr<::grpc::experimental::ExternalConnectionAcceptor>;

  // Listens; throws Failure when it cannot. Port 0: any free one.
  Acceptor(const std::string& address, std::uint16_t port, std::size_t most);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  // Hands connections to the library, which must have started, on a thread of its own.
  void start(Library library);
  // Nobody can connect any more.
  void stop() noexcept;

 private:
  void run();
  void take_one(int listener);
  [[nodiscard]] bool has_room();

  const std::size_t most_;
  std::vector<admin::Descriptor> listeners_;
  const std::uint16_t port_;
  admin::Descriptor wake_;
  Library library_;
  std::unordered_map<int, ino_t> taken_;  // the library closes them without a word
  runtime::Clock::time_point next_look_{};
  std::thread thread_;
};

}  // namespace command_center::api::grpc
