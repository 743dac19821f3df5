// The right to publish: a row in the database that lapses unless it is renewed.
#pragma once

#include <chrono>
#include <string>

#include "relay/postgres/outbox.hpp"
#include "relay/runtime/waiter.hpp"

namespace command_center::relay::publisher {

// A renewal is due after a third of the time, so that two may fail before the lease lapses.
class Lease {
 public:
  Lease(postgres::Outbox& outbox, std::string holder, std::chrono::seconds ttl)
      : outbox_(outbox), holder_(std::move(holder)), ttl_(ttl) {}

  // Asks once.
  [[nodiscard]] postgres::LeaseAnswer acquire();
  // Asks again when it is due; throws Failure(kLeaseLost) when another relay has it. The connection must be
  // free.
  void renew_if_due();
  void release();

 private:
  postgres::Outbox& outbox_;
  std::string holder_;
  std::chrono::seconds ttl_;
  runtime::Clock::time_point renewed_;
};

}  // namespace command_center::relay::publisher
