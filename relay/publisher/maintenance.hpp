// Has the database look after its partitions, on a connection of its own so that publishing does not wait for
// it.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "relay/postgres/connection.hpp"
#include "relay/runtime/waiter.hpp"

namespace command_center::relay::publisher {

// Calls maintain() at once and then every hour. A failure is logged and tried again with the next call.
class Maintenance {
 public:
  Maintenance(std::string conninfo, runtime::Waiter& waiter)
      : conninfo_(std::move(conninfo)), waiter_(waiter) {}

  // Starts what is due and takes note of what has ended; never waits for a statement.
  void advance() noexcept;

 private:
  void start();
  void look();

  std::string conninfo_;
  runtime::Waiter& waiter_;
  std::unique_ptr<postgres::Connection> connection_;  // there while a call is under way
  runtime::Clock::time_point due_;                    // the epoch: at once
};

}  // namespace command_center::relay::publisher
