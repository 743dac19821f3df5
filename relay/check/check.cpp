// Looks at one side even where the other one has failed, and at what the command needs alone.
#include "relay/check/check.hpp"

#include <string>

#include "daemon/failure.hpp"
#include "daemon/postgres/connection.hpp"
#include "daemon/program/report.hpp"
#include "daemon/runtime/stop_signal.hpp"
#include "daemon/runtime/waiter.hpp"
#include "relay/check/notifications.hpp"
#include "relay/check/subscriptions.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/kafka/config.hpp"
#include "relay/outbox/outbox.hpp"

namespace command_center::relay::check {
namespace {

// A failure without a hint of its own gets this one.
template <typename Look>
std::string with_hint(const std::string& hint, const Look& look) {
  try {
    return look();
  } catch (const Failure& failure) {
    throw Failure(failure.kind(), failure.sqlstate(), failure.message(), failure.detail(),
                  failure.hint().empty() ? hint : failure.hint());
  }
}

bool check_postgres(program::Report& report, const settings::Settings& settings, runtime::Waiter& waiter) {
  return report.look("postgres", [&] {
    postgres::Connection connection(settings.common.postgres, waiter);
    const postgres::Result server = connection.transaction(
        "SELECT pg_catalog.concat_ws(' ', 'PostgreSQL', pg_catalog.current_setting('server_version'), 'as',"
        " current_user, 'in', pg_catalog.current_database())");
    return std::string(server.text(0, 0));
  });
}

void check_publisher(program::Report& report, const settings::Settings& settings, runtime::Waiter& waiter) {
  report.look("publisher \"" + settings.publish.publisher + "\"", [&] {
    postgres::Connection connection(settings.common.postgres, waiter);
    const settings::Publish& publish = settings.publish;
    return outbox::Outbox(connection,
                          outbox::Outbox::publisher_of_shard(connection, publish.publisher,
                                                             publish.shard.number, publish.shard.count))
        .identity();
  });
}

bool check_kafka(program::Report& report, const settings::Settings& settings, runtime::Waiter& waiter) {
  const bool is_configured = report.look("kafka client", [&] {
    const kafka::Client producer = kafka::make_client(kafka::ClientKind::kProducer, settings.kafka);
    return std::string("librdkafka ") + rd_kafka_version_str();
  });
  if (!is_configured) return false;
  return report.look("kafka", [&] {
    return with_hint(kafka::hint_about_scram(settings.kafka), [&] {
      kafka::Cluster cluster(settings.kafka, waiter);
      return std::to_string(cluster.brokers()) + " brokers";
    });
  });
}

void check_progress_topic(program::Report& report, const settings::Settings& settings,
                          runtime::Waiter& waiter) {
  report.look("progress topic", [&] {
    kafka::Cluster cluster(settings.kafka, waiter);
    return std::string(cluster.has_progress_topic() ? "there, compacted" : "will be created");
  });
}

}  // namespace

bool check(const settings::Settings& settings, std::ostream& out) {
  using settings::Command;
  // Also what looks at the outbox without publishing it.
  const bool publishes = settings.command != Command::kConsume && settings.command != Command::kNotify;
  const runtime::StopSignal stop(settings.common.drain_limit);
  runtime::Waiter waiter(stop, std::chrono::milliseconds(0));
  program::Report report(out);
  const bool has_postgres = check_postgres(report, settings, waiter);
  if (has_postgres && publishes) check_publisher(report, settings, waiter);
  const bool has_kafka = check_kafka(report, settings, waiter);
  if (has_kafka && publishes) check_progress_topic(report, settings, waiter);
  const Kafka reach = has_kafka ? Kafka::kAnswers : Kafka::kDoesNot;
  if (has_postgres && settings.consumes()) check_subscriptions(report, settings, waiter, reach);
  if (settings.notifies()) check_notifications(report, settings, waiter, has_postgres, reach);
  return report.all_good();
}

}  // namespace command_center::relay::check
