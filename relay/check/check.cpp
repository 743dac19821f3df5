// Looks at one side even where the other one has failed: an operator wants the whole list.
#include "relay/check/check.hpp"

#include <functional>
#include <ostream>
#include <string>

#include "daemon/failure.hpp"
#include "daemon/postgres/connection.hpp"
#include "daemon/runtime/stop_signal.hpp"
#include "daemon/runtime/waiter.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/kafka/config.hpp"
#include "relay/outbox/outbox.hpp"

namespace command_center::relay::check {
namespace {

// One line for each look: `ok` or `FAILS`, what was looked at, and what was found.
class Report {
 public:
  explicit Report(std::ostream& out) : out_(out) {}

  // `look` answers what it found, or throws Failure; false then.
  bool look(const std::string& at, const std::function<std::string()>& look) {
    try {
      const std::string found = look();
      out_ << "ok     " << at << ": " << found << '\n';
      return true;
    } catch (const Failure& failure) {
      out_ << "FAILS  " << at << ": " << failure.message();
      if (!failure.detail().empty()) out_ << "; " << failure.detail();
      if (!failure.hint().empty()) out_ << "; " << failure.hint();
      out_ << '\n';
    }
    all_good_ = false;
    return false;
  }

  [[nodiscard]] bool all_good() const { return all_good_; }

 private:
  std::ostream& out_;
  bool all_good_ = true;
};

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

void check_postgres(Report& report, const settings::Settings& settings, runtime::Waiter& waiter) {
  const bool connects = report.look("postgres", [&] {
    postgres::Connection connection(settings.common.postgres, waiter);
    const postgres::Result server = connection.transaction(
        "SELECT pg_catalog.concat_ws(' ', 'PostgreSQL', pg_catalog.current_setting('server_version'), 'as',"
        " current_user, 'in', pg_catalog.current_database())");
    return std::string(server.text(0, 0));
  });
  if (!connects) return;
  report.look("publisher \"" + settings.publish.publisher + "\"", [&] {
    postgres::Connection connection(settings.common.postgres, waiter);
    return outbox::Outbox(connection, settings.publish.publisher).identity();
  });
}

void check_kafka(Report& report, const settings::Settings& settings, runtime::Waiter& waiter) {
  const bool is_configured = report.look("kafka client", [&] {
    const kafka::Client producer = kafka::make_client(kafka::ClientKind::kProducer, settings.kafka);
    return std::string("librdkafka ") + rd_kafka_version_str();
  });
  if (!is_configured) return;
  const bool connects = report.look("kafka", [&] {
    return with_hint(kafka::hint_about_scram(settings.kafka), [&] {
      kafka::Cluster cluster(settings.kafka, waiter);
      return std::to_string(cluster.brokers()) + " brokers";
    });
  });
  if (!connects) return;
  report.look("progress topic", [&] {
    kafka::Cluster cluster(settings.kafka, waiter);
    return std::string(cluster.has_progress_topic() ? "there, compacted" : "will be created");
  });
}

}  // namespace

bool check(const settings::Settings& settings, std::ostream& out) {
  const runtime::StopSignal stop(settings.common.drain_limit);
  runtime::Waiter waiter(stop, std::chrono::milliseconds(0));
  Report report(out);
  check_postgres(report, settings, waiter);
  check_kafka(report, settings, waiter);
  return report.all_good();
}

}  // namespace command_center::relay::check
