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
#include "relay/consumer/slow_turn.hpp"
#include "relay/consumer/turn_size.hpp"
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
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Returns when the relay was asked to stop, or the subscription is another one now. Throws Failure.
  void run();

 private:
  using Random = std::mt19937_64;

  // A partition that this relay has, and the messages that wait for their transaction.
  struct Lane {
    std::int64_t next_offset = 0;   // as the database has it
    std::int64_t next_to_take = 0;  // from Kafka
    std::int64_t ended_at = 0;      // all before it has come, the last time that nothing more was there
    int attempt = 1;
    std::deque<Message> waiting;
    std::size_t bytes = 0;    // of those
    bool overflowed = false;  // what came after `waiting` was dropped, to be read again
    enum class Loss { kNone, kFound, kForOperator } loss = Loss::kNone;  // what comes next is not in Kafka
    std::size_t most_alone = 0;  // unless 0: failed or was too slow, and is applied alone, so many at once
    runtime::Clock::time_point slow_until{};  // until then its turns are slow ones
    bool has_turn = false;                    // a slow one, which is under way
    runtime::Clock::time_point not_before{};
    std::optional<runtime::Backoff<Random>> pause;
  };
  using Lanes = std::map<Partition, Lane>;

  // What could be applied now.
  struct Ready {
    std::size_t messages = 0;
    std::size_t bytes = 0;
  };

  enum class Turn { kShared, kSlow };

  // What goes into one transaction.
  struct Batch {
    Positions expected;
    std::vector<const Message*> messages;
  };

  [[nodiscard]] postgres::Connection& connection();
  [[nodiscard]] Offsets places_of(const std::vector<kafka::TopicPartition>& assigned);
  [[nodiscard]] Offsets beginnings_of(const std::string& topic, bool topic_is_known, const Offsets& stored);
  void take_over(const Offsets& offsets);
  void drop_lanes();
  [[nodiscard]] bool has_run_dry() const;
  void read_again();
  void note_lost(const Partition& partition);
  void settle_losses();
  void settle_loss(const Partition& partition, Lane& lane);
  void stop_lane(const Partition& partition, Lane& lane, std::int64_t begin, std::int64_t end);
  void look_whether_moved(const Offsets& stored);
  void note_ended(const Partition& partition, std::int64_t offset);

  [[nodiscard]] Ready ready() const;
  [[nodiscard]] std::size_t held_up_bytes() const;
  [[nodiscard]] bool is_full(const Ready& load) const;
  [[nodiscard]] bool is_due() const;
  void take_what_comes();
  void take(const rd_kafka_message_t& message);

  [[nodiscard]] static bool is_held_up(const Lane& lane, runtime::Clock::time_point now);
  std::size_t put_into(Batch& batch, const Partition& partition, const Lane& lane, std::size_t most) const;
  [[nodiscard]] Batch next_batch();
  [[nodiscard]] Batch next_slow_batch();
  void apply_waiting();
  void look_after_slow_turns();
  [[nodiscard]] SlowTurn* free_slow_turn();
  void start_slow_turn(SlowTurn& turn, const Batch& batch);
  void settle_slow_turn(SlowTurn& turn);
  void give_up(SlowTurn& turn, const daemon::Failure& failure);
  void note_applied(const std::vector<Outcome>& outcomes);
  void settle(const Outcome& outcome);
  [[nodiscard]] static std::vector<Partition> partitions_of(const Batch& batch);
  void hold_back(const std::vector<Partition>& partitions, std::size_t messages, Turn turn,
                 const daemon::Failure& failure);
  static void hold_back_alone(Lane& lane, std::size_t messages, std::string_view sqlstate);

  void show_health();
  void look_after_lags();
  void note_idle(bool answers);
  [[nodiscard]] static bool has_ended(const Lane& lane);
  [[nodiscard]] static std::int64_t lag_of(const Lane& lane, std::int64_t end);
  [[nodiscard]] std::int64_t end_of(const Partition& partition, const Lane& lane, bool& answers);

  Surroundings around_;
  int changes_;  // of the definition, before it was read
  Subscription subscription_;
  std::unique_ptr<postgres::Connection> connection_;
  Lanes lanes_;
  Partition served_;  // the lane that was served last
  Partition served_slowly_;
  std::deque<SlowTurn> slow_turns_;  // made as they are needed
  TurnSize turn_size_;
  runtime::Clock::time_point ready_since_{};
  bool must_read_again_ = false;
  runtime::Clock::time_point lags_told_{};
  int unanswered_ = 0;  // times in a row that Kafka was asked for a sign of life
  runtime::Backoff<Random> transient_pause_;
  kafka::Subscriber subscriber_;  // last: calls back into the rest
};

}  // namespace command_center::relay::consumer
