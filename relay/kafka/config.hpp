// Decides how each librdkafka client is configured, and which properties an operator may not change.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "relay/daemon.hpp"
#include "relay/kafka/handles.hpp"
#include "relay/settings/kafka.hpp"

namespace command_center::relay::kafka {

// What is wrong with the operator's Kafka properties, if anything: unknown, malformed, or not negotiable.
// Never names a value.
[[nodiscard]] std::optional<std::string> find_mistake(const settings::Kafka& settings);

// What an operator should know when the broker refuses a password; empty where there is nothing.
[[nodiscard]] std::string hint_about_scram(const settings::Kafka& settings);

// What a client is for. Each has a column in the one table of config.cpp.
enum class ClientKind : unsigned {
  kTransactionalProducer = 1U,  // give its conf a transactional.id besides
  kProducer = 2U,               // idempotent, without transactions
  kProgressReader = 4U,         // reads partitions it names itself, belongs to no group
  kAdmin = 8U,                  // asks about topics and makes them
  kSubscriber = 16U,            // consumes for a subscription; give its conf a group.id besides
};

// A configuration for a client of this kind: what the operator gave, and over it what our promises rest on.
// Throws Failure(kRefused) when a property is refused.
[[nodiscard]] Conf make_conf(ClientKind kind, const settings::Kafka& settings);

// One more property; throws Failure(kRefused).
void set(rd_kafka_conf_t* conf, const char* name, const std::string& value);

// Creates the client; throws Failure(kRefused) when the configuration as a whole is refused.
[[nodiscard]] Client make_client(ClientKind kind, Conf conf);
[[nodiscard]] inline Client make_client(ClientKind kind, const settings::Kafka& settings) {
  return make_client(kind, make_conf(kind, settings));
}

}  // namespace command_center::relay::kafka
