// What a webhook would answer is for its receiver to say, and nobody is told for the sake of a check.
#include "relay/check/notifications.hpp"

#include <string>

#include "daemon/failure.hpp"
#include "daemon/postgres/connection.hpp"
#include "relay/check/topics.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/notifier/deliveries.hpp"
#include "relay/notifier/webhook.hpp"

namespace command_center::relay::check {
namespace {

using inventory::Channel;

// False where there is no guard in the database, and nobody has asked for one.
bool check_guard(program::Report& report, const settings::Settings& settings, runtime::Waiter& waiter) {
  bool has_guard = false;
  report.look("availability guard", [&] {
    postgres::Connection connection(settings.common.postgres, waiter);
    notifier::Deliveries deliveries(connection);
    has_guard = deliveries.has_guard();
    if (has_guard) {
      deliveries.require_rights();
      return std::string("may be told who was notified");
    }
    if (settings.command == settings::Command::kAll)
      return std::string("not installed: there is nobody to notify");
    throw Failure(FailureKind::kPostgres, sqlstate::kWrongState, "it is not installed", {},
                  "CREATE EXTENSION availability_guard CASCADE, and call availability_guard.setup().");
  });
  return has_guard;
}

void check_webhook(program::Report& report, const settings::Notify& notify, Channel channel) {
  const settings::Webhook& webhook = notify.of(channel);
  if (!webhook.is_enabled) return;
  report.look("webhook of channel " + std::string(inventory::name_of(channel)), [&] {
    if (webhook.url.empty()) return std::string("none: dry run");
    const notifier::Webhook receiver(webhook, notify);
    const auto found = receiver.look_up(webhook.limit, [] { return false; });
    return std::to_string(found.size()) + " addresses" + (notify.is_dry_run ? "; dry run: not called" : "");
  });
}

}  // namespace

void check_notifications(program::Report& report, const settings::Settings& settings, runtime::Waiter& waiter,
                         bool has_postgres, Kafka reach) {
  const bool is_wanted = has_postgres && check_guard(report, settings, waiter);
  if (is_wanted && reach == Kafka::kAnswers) {
    kafka::Cluster cluster(settings.kafka, waiter);
    report.look("notifications, topic \"" + settings.notify.topic + "\"", [&] {
      return look_at_topic(settings.kafka, cluster, settings.notify.group, settings.notify.topic);
    });
  }
  for (const Channel channel : inventory::kChannels) check_webhook(report, settings.notify, channel);
}

}  // namespace command_center::relay::check
