// A batch without messages goes through every check that one with messages does.
#include "relay/check/subscriptions.hpp"

#include <string>
#include <vector>

#include "daemon/failure.hpp"
#include "daemon/postgres/connection.hpp"
#include "relay/check/topics.hpp"
#include "relay/consumer/inbox.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/kafka/groups.hpp"

namespace command_center::relay::check {
namespace {

using consumer::Inbox;
using consumer::Subscription;

std::string look_at_group(const settings::Kafka& settings, const Subscription& subscription) {
  const auto offset = kafka::group_offset(settings, subscription.group, subscription.topics.front());
  return offset ? "has offsets" : "has no offsets yet";
}

// Kafka keeps messages for as long as its retention says, applied or not.
std::string look_at_offsets(postgres::Connection& connection, kafka::Cluster& cluster,
                            const Subscription& subscription) {
  const consumer::Offsets stored = Inbox(connection).begin(subscription, {});
  for (const auto& [partition, offset] : stored) {
    if (partition.second >= cluster.partitions_of(partition.first)) continue;
    const kafka::Window extent = cluster.extent(partition.first, partition.second);
    if (offset >= extent.begin && offset <= extent.end) continue;
    throw Failure(
        FailureKind::kRefused, sqlstate::kWrongState,
        "offset " + std::to_string(offset) + " of partition " + std::to_string(partition.second) +
            " of topic \"" + partition.first + "\" is not in kafka any more",
        "It has " + std::to_string(extent.begin) + " to " + std::to_string(extent.end) + ".",
        "Where its beginning is gone, the relay goes on at what is there. Otherwise decide where, and call "
        "command_center.move_consumer_offset(…).");
  }
  return std::to_string(stored.size()) + " partitions are begun";
}

std::string quoted(const std::string& what, const std::string& name) {
  return what + " \"" + name + "\"";
}

}  // namespace

void check_subscriptions(program::Report& report, const settings::Settings& settings, runtime::Waiter& waiter,
                         Kafka reach) {
  std::vector<Subscription> active;
  report.look("subscriptions", [&] {
    postgres::Connection connection(settings.common.postgres, waiter);
    active = Inbox(connection).active_subscriptions();
    return std::to_string(active.size()) + " active";
  });
  for (const Subscription& subscription : active) {
    const std::string name = quoted("subscription", subscription.name) + ", ";
    report.look(name + "handler", [&] {
      postgres::Connection connection(settings.common.postgres, waiter);
      (void)Inbox(connection).apply(subscription, {}, {}, settings.common.postgres.statement_limit);
      return std::string("can be called");
    });
    if (reach == Kafka::kDoesNot) continue;
    kafka::Cluster cluster(settings.kafka, waiter);
    for (const std::string& topic : subscription.topics) {
      report.look(name + quoted("topic", topic),
                  [&] { return look_at_topic(settings.kafka, cluster, subscription.group, topic); });
    }
    report.look(name + quoted("group", subscription.group),
                [&] { return look_at_group(settings.kafka, subscription); });
    report.look(name + "offsets", [&] {
      postgres::Connection connection(settings.common.postgres, waiter);
      return look_at_offsets(connection, cluster, subscription);
    });
  }
}

}  // namespace command_center::relay::check
