// What an operator can choose: flags over environment, unknown ones refused.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relay/logging/log.hpp"

namespace command_center::relay::settings {

enum class Command { kPublish, kPrintProgress };
enum class Delivery { kExactlyOnce, kAtLeastOnce };
enum class TopicCreation { kAllow, kRefuse };

using KafkaProperty = std::pair<std::string, std::string>;

inline constexpr int kBrokerDefault = -1;

struct Settings {
  Command command = Command::kPublish;
  std::string kafka_brokers;
  std::vector<KafkaProperty> kafka_properties;
  std::string postgres;  // a libpq connection string; empty: PG* of the environment

  std::string publisher = "default";
  Delivery delivery = Delivery::kExactlyOnce;
  int batch_messages = 10'000;
  std::int64_t batch_bytes = 16LL * 1024 * 1024;
  std::chrono::milliseconds poll_min{2};
  std::chrono::milliseconds poll_max{200};
  std::chrono::seconds lease_ttl{5};
  std::chrono::seconds drain_limit{20};

  TopicCreation topic_creation = TopicCreation::kAllow;
  int topic_partitions = kBrokerDefault;
  int topic_replication = kBrokerDefault;

  std::string admin_address = "127.0.0.1";
  std::uint16_t admin_port = 9464;

  logging::Format log_format = logging::Format::kAuto;
  logging::Level log_level = logging::Level::kInfo;
};

inline constexpr int kExitSettings = 2;

// Either settings to run with, or a text to print and the status to exit with (--help, --version, --check,
// errors).
struct ParseOutcome {
  std::optional<Settings> settings;
  int exit_status = 0;
  std::string text;
};

// Reads the command line, and from the environment what it does not give. `environment` is a null-terminated
// list of NAME=value as in environ(7), searched for COMMAND_CENTER_* names nobody knows; names that start
// with COMMAND_CENTER_TEST_ belong to the tests and are passed over.
[[nodiscard]] ParseOutcome parse(int argc, const char* const* argv, const char* const* environment);

}  // namespace command_center::relay::settings
