// The turn of a partition whose messages take long: on a connection of its own, while the others go on.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "daemon/failure.hpp"
#include "daemon/postgres/connection.hpp"
#include "daemon/runtime/clock.hpp"
#include "daemon/runtime/waiter.hpp"
#include "relay/consumer/batch_span.hpp"
#include "relay/consumer/inbox.hpp"
#include "relay/daemon.hpp"

namespace command_center::relay::consumer {

// Every function but the constructor throws Failure; the connection is given up then. Borrows the waiter.
class SlowTurn {
 public:
  SlowTurn(postgres::Server server, runtime::Waiter& waiter) : server_(std::move(server)), waiter_(waiter) {}

  // What is being applied; nothing: it is free.
  [[nodiscard]] const std::optional<Partition>& partition() const { return partition_; }
  [[nodiscard]] std::size_t messages() const { return messages_; }
  // How long it has been, or was, under way.
  [[nodiscard]] runtime::Clock::duration age() const { return runtime::Clock::now() - since_; }

  void start(const Subscription& subscription, const Positions& expected,
             const std::vector<const Message*>& messages);
  // What came of it, without waiting; nothing while it is under way.
  [[nodiscard]] std::optional<std::vector<Outcome>> look();
  // The same, waiting.
  [[nodiscard]] std::vector<Outcome> wait();
  // After a failure.
  void give_up(const Failure& failure);

 private:
  postgres::Server server_;
  runtime::Waiter& waiter_;
  std::unique_ptr<postgres::Connection> connection_;
  std::optional<Partition> partition_;
  std::size_t messages_ = 0;
  runtime::Clock::time_point since_{};
  std::optional<BatchSpan> span_;
};

}  // namespace command_center::relay::consumer
