// command-center-relay: reads the settings, opens the admin port, and publishes until asked to stop; or
// prints what Kafka holds as progress.
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>

#include "relay/admin/health.hpp"
#include "relay/admin/metrics.hpp"
#include "relay/admin/server.hpp"
#include "relay/failure.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/kafka/progress.hpp"
#include "relay/logging/log.hpp"
#include "relay/publisher/batch_publisher.hpp"
#include "relay/publisher/publisher.hpp"
#include "relay/runtime/waiter.hpp"
#include "relay/settings/settings.hpp"

namespace {

namespace relay = command_center::relay;

int run(const relay::settings::Settings& settings) {
  relay::logging::configure(settings.log_format, settings.log_level);
  relay::runtime::Waiter waiter(settings.drain_limit);
  relay::admin::Metrics metrics;
  relay::admin::Health health(waiter);
  const relay::admin::Server server(settings.admin_address, settings.admin_port, health, metrics);
  relay::logging::info("started", {{"version", COMMAND_CENTER_VERSION},
                                   {"pid", getpid()},
                                   {"admin_address", settings.admin_address},
                                   {"admin_port", server.port()}});
  const int status = relay::publisher::run(settings, waiter, health, metrics);
  health.set(relay::admin::State::kStopped);
  relay::logging::info("stopped", {{"exit_status", status}});
  return status;
}

// One record a line, for rebase_outbox; touches neither the database nor anything in Kafka.
int print_progress(const relay::settings::Settings& settings) {
  relay::logging::configure(settings.log_format, settings.log_level);
  relay::runtime::Waiter waiter(settings.drain_limit);
  relay::kafka::Cluster cluster(settings, waiter);
  for (const auto& entry :
       relay::kafka::read_all_progress(settings, cluster, waiter, relay::publisher::kProgressPartition)) {
    std::cout << entry.second << '\n';
  }
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const relay::settings::ParseOutcome parsed = relay::settings::parse(argc, argv, environ);
    if (parsed.settings) {
      const bool prints = parsed.settings->command == relay::settings::Command::kPrintProgress;
      return prints ? print_progress(*parsed.settings) : run(*parsed.settings);
    }
    (parsed.exit_status == 0 ? std::cout : std::cerr) << parsed.text;
    return parsed.exit_status;
  } catch (const relay::Failure& failure) {
    relay::logging::error("could not start", {{"message", failure.message()}, {"detail", failure.detail()}});
  } catch (const std::exception& problem) {
    relay::logging::error("could not start", {{"message", problem.what()}});
  }
  return EXIT_FAILURE;
}
