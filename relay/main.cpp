// command-center-relay: reads the settings, opens the admin port, and runs the roles of the command until
// asked to stop; or prints what Kafka holds as progress.
#include <librdkafka/rdkafka.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "daemon/admin/metrics.hpp"
#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "daemon/program/program.hpp"
#include "daemon/roles/crew.hpp"
#include "daemon/runtime/stop_signal.hpp"
#include "daemon/runtime/waiter.hpp"
#include "daemon/spans/span.hpp"
#include "relay/backlog/backlog.hpp"
#include "relay/check/check.hpp"
#include "relay/consumer/consumer.hpp"
#include "relay/daemon.hpp"
#include "relay/declarations/comparison.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/kafka/progress.hpp"
#include "relay/leases/lease.hpp"
#include "relay/maintenance/maintenance.hpp"
#include "relay/notifier/notifier.hpp"
#include "relay/publisher/batch_publisher.hpp"
#include "relay/publisher/publisher.hpp"
#include "relay/publisher/recovery.hpp"
#include "relay/settings/settings.hpp"

namespace command_center::relay {
namespace {

// Each command is a list of roles.
void add_roles(roles::Crew& crew, const runtime::StopSignal& stop, const settings::Settings& settings,
               prometheus::Registry& registry) {
  if (settings.publishes()) {
    crew.add(roles::Duty::kMain, std::make_unique<publisher::Publisher>(stop, settings, registry));
    crew.add(roles::Duty::kSupporting,
             std::make_unique<backlog::Backlog>(stop, settings.common.postgres, registry));
  }
  if (settings.consumes())
    crew.add(roles::Duty::kMain, std::make_unique<consumer::Consumer>(stop, settings, registry));
  if (settings.notifies()) {
    const auto without_guard = settings.command == settings::Command::kAll ? notifier::WithoutGuard::kStandsBy
                                                                           : notifier::WithoutGuard::kFails;
    crew.add(roles::Duty::kMain,
             std::make_unique<notifier::Notifier>(stop, settings, registry, without_guard));
  }
  crew.add(roles::Duty::kSupporting,
           std::make_unique<maintenance::Maintenance>(stop, settings.common.postgres));
  if (settings.publishes())
    crew.add(roles::Duty::kSupporting, std::make_unique<declarations::Comparison>(stop, settings, registry));
}

int run(const settings::Settings& settings) {
  runtime::StopSignal stop(settings.common.drain_limit);
  admin::Metrics metrics(admin::Versions{{"librdkafka", rd_kafka_version_str()}});
  // Outlives all that is traced.
  const spans::Exporting exporting(settings.common.spans, metrics.registry());
  roles::Crew crew(stop);
  add_roles(crew, stop, settings, metrics.registry());
  return program::run(settings.common, stop, crew, metrics, [&](std::uint16_t admin_port) {
    logging::info("started", {{"version", COMMAND_CENTER_VERSION},
                              {"pid", getpid()},
                              {"admin_address", settings.common.admin_address},
                              {"admin_port", admin_port}});
  });
}

// One record a line, for rebase_outbox; touches neither the database nor anything in Kafka.
int print_progress(const settings::Settings& settings) {
  const runtime::StopSignal stop(settings.common.drain_limit);
  runtime::Waiter waiter(stop, settings.common.drain_limit);
  kafka::Cluster cluster(settings.kafka, waiter);
  const auto records = kafka::read_all_progress(settings.kafka, cluster, waiter, settings.publish.publisher);
  for (const std::string& text : kafka::join_by_identity(records)) std::cout << text << '\n';
  return EXIT_SUCCESS;
}

// What was found, as JSON; where there is nothing to recover, as nothing but {}.
int recover(const settings::Settings& settings) {
  const runtime::StopSignal stop(settings.common.drain_limit);
  runtime::Waiter waiter(stop, settings.common.drain_limit);
  try {
    const auto recovery =
        publisher::recover(settings, waiter, leases::make_holder(), publisher::When::kAlways);
    std::cout << (recovery ? publisher::to_json(*recovery) : "{}") << '\n';
    return EXIT_SUCCESS;
  } catch (const Failure& failure) {
    const bool gives_up = follow_up(failure.kind()) == FollowUp::kGiveUp;
    logging::error(gives_up ? "could not recover: an operator is needed" : "could not recover",
                   {{"reason", reason_of(failure.kind())},
                    {"sqlstate", failure.sqlstate()},
                    {"message", failure.message()},
                    {"detail", failure.detail()},
                    {"hint", failure.hint()}});
    return gives_up ? roles::kExitOperatorNeeded : EXIT_FAILURE;
  }
}

int execute(const settings::Settings& settings) {
  if (settings.mode == settings::Mode::kCheck)
    return check::check(settings, std::cout) ? EXIT_SUCCESS : EXIT_FAILURE;
  switch (settings.command) {
    case settings::Command::kPublish:
    case settings::Command::kConsume:
    case settings::Command::kNotify:
    case settings::Command::kAll:
      return run(settings);
    case settings::Command::kPrintProgress:
      return print_progress(settings);
    case settings::Command::kRecover:
      return recover(settings);
    case settings::Command::kHealthcheck:
      return program::ask_health(settings.common);
  }
  return EXIT_FAILURE;
}

}  // namespace
}  // namespace command_center::relay

int main(int argc, char** argv) {
  namespace relay = command_center::relay;
  return command_center::daemon::program::main_of(argc, argv, relay::settings::parse, relay::execute);
}
