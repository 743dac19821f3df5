// Two relays of one publisher, which reach both servers through proxies: one works, the other stands by.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/support/relay_process.hpp"
#include "tests/faults/proxy.hpp"

namespace command_center::chaos {

class Relays {
 public:
  static constexpr std::size_t kCount = 2;

  Relays(const e2e::Database& database, const faults::Proxy& to_postgres, const faults::Proxy& to_kafka);

  // Kills the one that is there and starts another; with a stop point (name:n), if one is named.
  void start(std::size_t slot, const std::string& stop_point = {});
  [[nodiscard]] e2e::RelayProcess& operator[](std::size_t slot) { return *relays_.at(slot); }

  // No relay ends by itself, whatever happens around it. Answers what each one that did says for itself, and
  // starts it again.
  [[nodiscard]] std::vector<std::string> restart_ended();
  // Both are told to stop, and do so in time; answers what is to be said about one that does not.
  [[nodiscard]] std::vector<std::string> drain();

 private:
  const e2e::Database& database_;
  std::vector<std::string> environment_;
  std::array<std::unique_ptr<e2e::RelayProcess>, kCount> relays_;
};

}  // namespace command_center::chaos
