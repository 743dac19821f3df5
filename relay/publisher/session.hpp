// One life of the publisher: from connecting, over taking the lease, to publishing until something fails.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "daemon/admin/health.hpp"
#include "daemon/postgres/connection.hpp"
#include "daemon/runtime/waiter.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/kafka/producer.hpp"
#include "relay/kafka/progress.hpp"
#include "relay/leases/lease.hpp"
#include "relay/outbox/outbox.hpp"
#include "relay/publisher/metrics.hpp"
#include "relay/settings/settings.hpp"

namespace command_center::relay::publisher {

// What outlives a session.
struct Surroundings {
  const settings::Settings& settings;
  runtime::Waiter& waiter;
  admin::Health& health;
  Metrics& metrics;
  const std::string& holder;  // of the lease: this process
};

class Session {
 public:
  // Connects to both sides and checks them. Throws Failure, as run() does.
  explicit Session(const Surroundings& surroundings);

  // Returns when the relay was asked to stop and nothing is under way; the lease is released then.
  void run();

 private:
  enum class LeaseOutcome { kGranted, kStopping };

  [[nodiscard]] LeaseOutcome await_lease();
  void take_over();
  void fence_earlier_producers();
  void confirm_term();
  [[nodiscard]] std::int64_t resume(const std::optional<std::string>& progress);
  void publish_until_stopping();
  [[nodiscard]] std::int64_t published_part_of(const outbox::Batch& batch);

  Surroundings around_;
  postgres::Connection connection_;
  std::string publisher_;  // the one to be, which set_publishers() can bring to its end
  outbox::Outbox outbox_;
  leases::Lease lease_;
  std::string identity_;
  kafka::Cluster cluster_;
  std::unique_ptr<kafka::Producer> producer_;
  std::int64_t published_through_ = 0;
  std::optional<kafka::Progress> part_;  // of the batch after that a part is published
  bool in_earlier_partition_ = false;
};

}  // namespace command_center::relay::publisher
