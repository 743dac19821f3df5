// A relay that ended says why in its last lines.
#include "tests/chaos/relays.hpp"

#include <signal.h>

namespace command_center::chaos {
namespace {

using e2e::RelayProcess;

constexpr std::chrono::seconds kDrainLimit{40};
constexpr std::size_t kLastWords = 2000;

std::string last_words(const RelayProcess& relay) {
  const std::string log = relay.log();
  return log.size() <= kLastWords ? log : log.substr(log.size() - kLastWords);
}

}  // namespace

Relays::Relays(const e2e::Database& database, const faults::Proxy& to_postgres, const faults::Proxy& to_kafka)
    : database_(database),
      environment_{"PGPORT=" + std::to_string(to_postgres.port()),
                   "KAFKA_BROKERS=127.0.0.1:" + std::to_string(to_kafka.port())} {
  for (std::size_t slot = 0; slot < kCount; ++slot) start(slot);
}

void Relays::start(std::size_t slot, const std::string& stop_point) {
  relays_.at(slot).reset();
  relays_.at(slot) = std::make_unique<RelayProcess>(
      database_,
      e2e::RelayOptions{{"--lease-ttl-seconds=1", "--batch-messages=200"}, stop_point, environment_});
}

std::vector<std::string> Relays::restart_ended() {
  std::vector<std::string> complaints;
  for (std::size_t slot = 0; slot < kCount; ++slot) {
    const auto status = relays_.at(slot)->exit_status(std::chrono::milliseconds(0));
    if (!status) continue;
    complaints.push_back("a relay ended with status " + std::to_string(*status) + ":\n" +
                         last_words(*relays_.at(slot)));
    start(slot);
  }
  return complaints;
}

std::vector<std::string> Relays::drain() {
  std::vector<std::string> complaints;
  for (const auto& relay : relays_) relay->send(SIGTERM);
  for (const auto& relay : relays_) {
    const auto status = relay->exit_status(kDrainLimit);
    if (status == 0) continue;
    complaints.push_back((status ? "a relay drained with status " + std::to_string(*status)
                                 : std::string("a relay does not drain")) +
                         ":\n" + last_words(*relay));
  }
  return complaints;
}

}  // namespace command_center::chaos
