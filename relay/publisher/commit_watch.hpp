// Sleeps until there may be something to publish: until the database tells of a commit or, where it cannot,
// for pauses that grow.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "daemon/failure.hpp"
#include "daemon/postgres/connection.hpp"
#include "daemon/runtime/waiter.hpp"
#include "relay/daemon.hpp"
#include "relay/publisher/idle_pause.hpp"

namespace command_center::relay::publisher {

// Has a connection of its own, so that the publisher's is free for what cannot wait. What fails on it is
// logged and tried again after a minute; messages are looked for by polling until then.
class CommitWatch {
 public:
  CommitWatch(const postgres::Server& server, runtime::Waiter& waiter, IdlePause polling)
      : server_(server), waiter_(waiter), polling_(polling) {}

  // Returns when there may be something new, after `longest` or a second at the latest, or when stopping is
  // asked for. Call it when there was nothing to publish: what is committed after the last call ended that
  // wait at once, or ends this.
  void wait(std::chrono::milliseconds longest);
  // There was something to publish.
  void note_work() { polling_.reset(); }

 private:
  void wait_for_commit(std::chrono::milliseconds longest);
  void give_up_for_now(const Failure& failure);

  postgres::Server server_;
  runtime::Waiter& waiter_;
  IdlePause polling_;
  std::unique_ptr<postgres::Connection> connection_;
  std::string seen_;  // how many commits the database had told of; empty: it was not asked
  runtime::Clock::time_point try_again_{};
};

}  // namespace command_center::relay::publisher
