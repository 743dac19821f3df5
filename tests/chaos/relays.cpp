// A relay that ended says why in its last lines.
#include "tests/chaos/relays.hpp"

#include <signal.h>

#include "tests/e2e/support/consuming.hpp"

namespace command_center::chaos {
namespace {

using e2e::RelayOptions;
using e2e::RelayProcess;

constexpr std::chrono::seconds kDrainLimit{40};
constexpr std::size_t kLastWords = 2000;
constexpr std::size_t kForEachShare = 2;

std::string last_words(const RelayProcess& relay) {
  const std::string log = relay.log();
  return log.size() <= kLastWords ? log : log.substr(log.size() - kLastWords);
}

}  // namespace

Relays::Relays(const e2e::Database& database, const faults::Proxy& to_postgres, const faults::Proxy& to_kafka)
    : database_(database),
      environment_{"PGPORT=" + std::to_string(to_postgres.port()),
                   "KAFKA_BROKERS=127.0.0.1:" + std::to_string(to_kafka.port())} {}

void Relays::share_among(std::size_t shares) {
  for (std::size_t slot = 0; slot < count(); ++slot) kill_9(slot);
  relays_.clear();
  relays_.resize(kForEachShare * shares);
  for (std::size_t slot = 0; slot < count(); ++slot) start(slot);
}

void Relays::kill_9(std::size_t slot) {
  if (!relays_.at(slot) || relays_[slot]->exit_status(std::chrono::milliseconds(0))) return;
  relays_[slot]->kill_9();
  ++kills_;
}

void Relays::start(std::size_t slot, const std::string& stop_point) {
  kill_9(slot);
  RelayOptions options = options_of(slot);
  options.stop_point = stop_point;
  options.environment = environment_;
  relays_.at(slot) = std::make_unique<RelayProcess>(database_, options);
}

std::vector<std::string> Relays::restart_ended() {
  std::vector<std::string> complaints;
  for (std::size_t slot = 0; slot < count(); ++slot) {
    const auto status = relays_[slot]->exit_status(std::chrono::milliseconds(0));
    if (!status) continue;
    complaints.push_back("a relay ended with status " + std::to_string(*status) + ":\n" +
                         last_words(*relays_[slot]));
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

Publishers::Publishers(const e2e::Database& database, const faults::Proxy& to_postgres,
                       const faults::Proxy& to_kafka)
    : Relays(database, to_postgres, to_kafka) {
  divide(1);
}

void Publishers::divide(int shards) {
  shards_ = shards;
  share_among(static_cast<std::size_t>(shards));
}

RelayOptions Publishers::options_of(std::size_t slot) const {
  const std::string shard = std::to_string(slot / kForEachShare + 1) + "/" + std::to_string(shards_);
  return {{"--lease-ttl-seconds=1", "--batch-messages=200", "--shard=" + shard, "--lost-commits=read-back"},
          {}};
}

Consumers::Consumers(const e2e::Database& database, const faults::Proxy& to_postgres,
                     const faults::Proxy& to_kafka)
    : Relays(database, to_postgres, to_kafka) {
  share_among(1);
}

RelayOptions Consumers::options_of(std::size_t /*slot*/) const {
  return e2e::consume_with({"--statement-seconds=3"});
}

}  // namespace command_center::chaos
