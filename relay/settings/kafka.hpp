// Where Kafka is, how to get in, and what the relay may do there.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

// NOLINTNEXTLINE(readability-identifier-naming): the library's name
namespace CLI {
class App;
}

namespace command_center::relay::settings {

enum class TopicCreation { kAllow, kRefuse };

using KafkaProperty = std::pair<std::string, std::string>;

inline constexpr int kBrokerDefault = -1;

struct Kafka {
  std::string brokers;
  std::vector<KafkaProperty> properties;  // librdkafka's
  TopicCreation topic_creation = TopicCreation::kAllow;
  int topic_partitions = kBrokerDefault;
  int topic_replication = kBrokerDefault;
};

void declare(CLI::App& app, Kafka& kafka);

// Never repeats a property's value, which may be a secret.
[[nodiscard]] std::optional<std::string> find_mistake(const Kafka& kafka);

}  // namespace command_center::relay::settings
