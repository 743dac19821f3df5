// The faults of a chaos run. Each one happens, lasts for a while, and is over when it returns.
#pragma once

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "tests/chaos/relays.hpp"
#include "tests/chaos/servers.hpp"
#include "tests/checker/load.hpp"
#include "tests/faults/proxy.hpp"

namespace command_center::chaos {

struct World {
  Postgres& postgres;
  Kafka& kafka;
  Publishers& publishers;
  Consumers& consumers;
  const e2e::Database& database;
  faults::Proxy& to_postgres;
  faults::Proxy& to_kafka;
  const checker::Topics& topics;
  std::mt19937_64& random;

  std::uint64_t choose(std::uint64_t below) const { return random() % below; }
  [[nodiscard]] std::chrono::milliseconds between(int least_ms, int most_ms) const {
    return std::chrono::milliseconds(
        least_ms + static_cast<int>(choose(static_cast<std::uint64_t>(most_ms - least_ms))));
  }
};

struct Fault {
  const char* name;
  const char* kills;  // what dies by it besides relays: postgres, broker, or nothing
  int weight;         // how often, among the others
  // What was done, in words; empty: it cannot be done here.
  std::string (*happen)(const World&);
};

// SQL that makes the handler of the events, which writes the token of each into a table; `body` comes before.
[[nodiscard]] std::string handler_sql(const std::string& body);

// Whether the topic that may be too narrow refuses large messages. Throws std::runtime_error.
void set_narrow(const checker::Topics& topics, bool is_narrow);

// Sends again all that was put aside; answers how many messages that were, or why it could not.
[[nodiscard]] std::string release_all(const std::string& conninfo);

[[nodiscard]] const std::vector<Fault>& all_faults();

}  // namespace command_center::chaos
