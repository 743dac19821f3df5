// One life of the notifier: takes events, sends couriers, writes down what became of each errand, and moves
// the group's offsets behind what is settled.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/admin/health.hpp"
#include "daemon/postgres/connection.hpp"
#include "daemon/runtime/waiter.hpp"
#include "relay/kafka/subscriber.hpp"
#include "relay/notifier/deliveries.hpp"
#include "relay/notifier/metrics.hpp"
#include "relay/notifier/notification.hpp"
#include "relay/notifier/notifier.hpp"
#include "relay/notifier/plan.hpp"

namespace command_center::relay::notifier {

// What outlives a session.
struct Surroundings {
  const settings::Settings& settings;
  runtime::Waiter& waiter;
  admin::Health& health;
  Metrics& metrics;
  Couriers& couriers;
};

class Session {
 public:
  // No event is taken beyond so many, or so many bytes of them, that are not settled.
  static constexpr std::size_t kMostUnderWay = 500;
  static constexpr std::size_t kMostBytes = std::size_t{8} << 20U;

  explicit Session(const Surroundings& surroundings) : around_(surroundings) {}
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Returns when the relay was asked to stop, and nothing is under way. Throws Failure.
  void run();

 private:
  using Partition = kafka::TopicPartition;
  using Place = std::pair<Partition, std::int64_t>;

  // A partition that this relay has.
  struct Lane {
    std::int64_t next_to_take = 0;
    std::set<std::int64_t> open;  // offsets of events that are not settled
    bool overflowed = false;      // what came later was dropped, to be read again

    [[nodiscard]] std::int64_t settled_to() const { return open.empty() ? next_to_take : *open.begin(); }
  };

  struct UnderWay {
    Notification notification;
    Plan plan;
    std::optional<spans::Origin> trace;
    std::vector<Place> places;  // an event may be published more than once
  };

  [[nodiscard]] postgres::Connection& connection();
  void subscribe();
  [[nodiscard]] kafka::PartitionOffsets places_of(const std::vector<Partition>& assigned);
  void give_back();
  void note_lost(const Partition& partition);
  void read_again();

  void take_what_comes();
  void take(const rd_kafka_message_t& message);
  void begin(Notification&& notification, const Place& place, std::optional<spans::Origin> trace);
  [[nodiscard]] std::vector<inventory::Channel> channels_of(const Notification& notification);
  void tell_log(const Notification& notification, const std::vector<inventory::Channel>& channels);
  void send(const UnderWay& event, inventory::Channel channel, std::chrono::milliseconds pause);

  void settle_done();
  void settle(const Done& done);
  void follow(UnderWay& event, const Plan::Steps& steps);
  void finish(const identifiers::Uuid& event_id);
  // Whether there is room for a part of what may be under way.
  [[nodiscard]] bool has_room(std::size_t part) const noexcept;
  [[nodiscard]] bool is_too_old(const Notification& notification) const;

  void await_couriers();
  void forget_waiting() noexcept;
  void tell_group();
  void show_health();

  Surroundings around_;
  std::unique_ptr<postgres::Connection> connection_;
  std::map<Partition, Lane> lanes_;
  std::map<identifiers::Uuid, UnderWay> events_;
  std::size_t bytes_ = 0;  // of those
  kafka::PartitionOffsets told_;
  std::set<Partition> lost_;
  bool is_giving_back_ = false;
  std::mt19937_64 seeds_{std::random_device()()};
  std::unique_ptr<kafka::Subscriber> subscriber_;  // last: calls back into the rest
};

}  // namespace command_center::relay::notifier
