// One life of the publisher: from connecting, over taking the lease, to publishing until something fails.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "relay/admin/health.hpp"
#include "relay/admin/metrics.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/kafka/producer.hpp"
#include "relay/postgres/connection.hpp"
#include "relay/postgres/outbox.hpp"
#include "relay/publisher/lease.hpp"
#include "relay/publisher/maintenance.hpp"
#include "relay/runtime/waiter.hpp"
#include "relay/settings/settings.hpp"

namespace command_center::relay::publisher {

// What outlives a session.
struct Surroundings {
  const settings::Settings& settings;
  runtime::Waiter& waiter;
  admin::Health& health;
  admin::Metrics& metrics;
  Maintenance& maintenance;
  std::string holder;  // who holds the lease: this process
};

class Session {
 public:
  // Connects to both sides and checks them. Throws Failure, as run() does.
  explicit Session(const Surroundings& surroundings);

  // Returns when the relay was asked to stop and nothing is under way; the lease is released then.
  void run();

  // True once a batch was published or there was none to publish: what was broken before is not any more.
  [[nodiscard]] bool has_worked() const { return has_worked_; }

 private:
  enum class LeaseOutcome { kGranted, kStopping };

  [[nodiscard]] LeaseOutcome await_lease();
  void take_over();
  void fence_earlier_producers();
  void publish_until_stopping();
  void note_success();

  const Surroundings& around_;
  postgres::Connection connection_;
  postgres::Outbox outbox_;
  Lease lease_;
  std::string identity_;
  kafka::Cluster cluster_;
  std::unique_ptr<kafka::Producer> producer_;
  std::int64_t published_through_ = 0;
  bool has_worked_ = false;
};

}  // namespace command_center::relay::publisher
