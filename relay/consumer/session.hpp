// One life of a worker: joins the group of its subscription and applies what comes, until something fails or
// the subscription changes.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "daemon/admin/health.hpp"
#include "daemon/failure.hpp"
#include "daemon/postgres/connection.hpp"
#include "daemon/runtime/backoff.hpp"
#include "daemon/runtime/waiter.hpp"
#include "relay/consumer/definition.hpp"
#include "relay/consumer/inbox.hpp"
#include "relay/consumer/metrics.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/subscriber.hpp"
#include "relay/settings/settings.hpp"

namespace command_center::relay::consumer {

// What outlives a session.
struct Surroundings {
  const settings::Settings& settings;
  runtime::Waiter& waiter;
  admin::Health& health;
  Metrics& metrics;
  const Definition& definition;
};

class Session {
 public:
  explicit Session(const Surroundings& surroundings);

  // Returns when the relay was asked to stop, or the subscription is another one now. Throws Failure.
  void run();

 private:
  using Random = std::mt19937_64;

  // A partition that this relay has, and the messages that wait for their transaction.
  struct Lane {
    std::int64_t next_offset = 0;   // as the database has it
    std::int64_t next_to_take = 0;  // from Kafka
    int attempt = 1;
    std::deque<Message> waiting;
    bool overflowed = false;  // what came after `waiting` was dropped, to be read again
    runtime::Clock::time_point not_before{};
    std::optional<runtime::Backoff<Random>> pause;
    std::int64_t last_timestamp_ms = -1;
  };
  using Lanes = std::map<Partition, Lane>;

  [[nodiscard]] postgres::Connection& connection();
  [[nodiscard]] Offsets places_of(const std::vector<kafka::TopicPartition>& assigned);
  [[nodiscard]] Offsets beginnings_of(const std::string& topic, bool topic_is_known, const Offsets& stored);
  void take_over(const Offsets& offsets);
  void drop_lanes();

  void take(const rd_kafka_message_t& message);
  void take_what_comes();
  [[nodiscard]] bool is_due() const;
  void apply_waiting();
  void settle(const Outcome& outcome);
  void hold_back(const Positions& expected, const daemon::Failure& failure);
  void read_again();
  void look_after_lags();

  Surroundings around_;
  int changes_;  // of the definition, before it was read
  Subscription subscription_;
  std::unique_ptr<postgres::Connection> connection_;
  Lanes lanes_;
  std::size_t waiting_bytes_ = 0;
  std::size_t waiting_messages_ = 0;
  runtime::Clock::time_point first_waits_since_{};
  bool must_read_again_ = false;
  runtime::Clock::time_point lags_told_{};
  runtime::Backoff<Random> transient_pause_;
  kafka::Subscriber subscriber_;  // last: calls back into the rest
};

}  // namespace command_center::relay::consumer
