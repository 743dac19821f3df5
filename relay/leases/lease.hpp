// The right to work alone: kept in a store, and lapses unless it is renewed.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "daemon/runtime/clock.hpp"
#include "relay/leases/store.hpp"

namespace command_center::relay::leases {

// A renewal is due after a third of the time, so that two may fail before the lease lapses.
class Lease {
 public:
  Lease(Store& store, std::string holder, std::chrono::seconds ttl)
      : store_(store), holder_(std::move(holder)), ttl_(ttl) {}

  // Asks once.
  [[nodiscard]] Answer acquire();
  // Asks again when it is due; throws Failure(kLeaseLost) when another process has it, or has had it
  // meanwhile. The store must be free to ask.
  void renew_if_due();
  // For how long nobody need ask again; 0 when it is due.
  [[nodiscard]] std::chrono::milliseconds due_in() const;
  // Throws Failure(kLeaseLost) when it has lapsed, by our clock; asks nobody.
  void require_live() const;
  void release();

  [[nodiscard]] std::chrono::seconds ttl() const { return ttl_; }

  // A number that grows with each new holder: while it stays, nobody else has had the lease.
  [[nodiscard]] std::int64_t term() const { return term_; }
  [[nodiscard]] const std::string& holder() const { return holder_; }

 private:
  Store& store_;
  std::string holder_;
  std::chrono::seconds ttl_;
  daemon::runtime::Clock::time_point renewed_;
  std::int64_t term_ = 0;  // they begin with 1
};

// A name for this process among all that ask: host and process, and a random part since a container's process
// is always the same. The database takes at most 200 letters, digits, dots, underscores and hyphens.
[[nodiscard]] std::string make_holder();

}  // namespace command_center::relay::leases
