// Which properties may be changed is for kafka/config.cpp to say.
#include "relay/settings/kafka.hpp"

#include <fstream>

#include "daemon/settings/options.hpp"
#include "relay/kafka/config.hpp"

namespace command_center::relay::settings {
namespace {

using daemon::settings::add;

// No message repeats a property: its value may be a secret.
void take_properties(const std::vector<std::string>& lines, Kafka& kafka) {
  for (const std::string& line : lines) {
    if (line.empty()) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || equals == 0)
      throw CLI::ValidationError("--kafka-property", "must be name=value");
    kafka.properties.emplace_back(line.substr(0, equals), line.substr(equals + 1));
  }
}

std::vector<std::string> lines_of(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) throw CLI::ValidationError("--kafka-properties-file", "could not open \"" + file + "\"");
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    if (line.empty() || line[0] == '#') continue;
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

void declare(CLI::App& app, Kafka& kafka) {
  add(app, "--kafka-brokers", kafka.brokers, "KAFKA_BROKERS", "Kafka's bootstrap servers: host:port,…");
  app.add_option_function<std::vector<std::string>>(
         "--kafka-property",
         [&kafka](const std::vector<std::string>& lines) { take_properties(lines, kafka); },
         "A librdkafka property as name=value, for TLS and SASL; repeat it, or put one on each line of the "
         "environment variable")
      ->envname("COMMAND_CENTER_KAFKA_PROPERTIES")
      ->delimiter('\n')
      ->allow_extra_args(false);
  app.add_option_function<std::string>(
         "--kafka-properties-file",
         [&kafka](const std::string& file) { take_properties(lines_of(file), kafka); },
         "A file of such lines, for what no list of processes should show; # begins a remark")
      ->envname("COMMAND_CENTER_KAFKA_PROPERTIES_FILE");
  app.add_flag_function(
         "--create-topics,!--no-create-topics",
         [&kafka](std::int64_t times) {
           kafka.topic_creation = times > 0 ? TopicCreation::kAllow : TopicCreation::kRefuse;
         },
         "Create topics that are not there; otherwise wait for them")
      ->envname("COMMAND_CENTER_CREATE_TOPICS")
      ->default_str("true");
  add(app, "--topic-partitions", kafka.topic_partitions, "COMMAND_CENTER_TOPIC_PARTITIONS",
      "Partitions of topics it creates; -1: as the broker says")
      ->check(CLI::Range(-1, 10'000));
  add(app, "--topic-replication", kafka.topic_replication, "COMMAND_CENTER_TOPIC_REPLICATION",
      "Replicas of topics it creates; -1: as the broker says")
      ->check(CLI::Range(-1, 100));
}

std::optional<std::string> find_mistake(const Kafka& kafka) {
  if (kafka.brokers.empty()) return "no kafka brokers are given: set KAFKA_BROKERS or --kafka-brokers";
  if (kafka.topic_partitions == 0) return "--topic-partitions must be positive, or -1";
  if (kafka.topic_replication == 0) return "--topic-replication must be positive, or -1";
  return relay::kafka::find_mistake(kafka);
}

}  // namespace command_center::relay::settings
