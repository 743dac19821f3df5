// Decides how each librdkafka client is configured, and which properties an operator may not change.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "relay/kafka/handles.hpp"
#include "relay/settings/settings.hpp"

namespace command_center::relay::kafka {

// What is wrong with the operator's Kafka properties, if anything: unknown, malformed, or not negotiable.
// Never names a value.
[[nodiscard]] std::optional<std::string> find_mistake(const settings::Settings& settings);

// A producer whose transactions carry this id; with Delivery::kAtLeastOnce give an empty id.
[[nodiscard]] Conf producer_conf(const settings::Settings& settings, std::string_view transactional_id);

enum class Isolation { kReadCommitted, kReadUncommitted };

// A client that reads partitions it names itself, belongs to no group, and never makes a broker create a
// topic.
[[nodiscard]] Conf reader_conf(const settings::Settings& settings, Isolation isolation);

// Creates the client; throws Failure(kRefused) when the configuration as a whole is refused.
[[nodiscard]] Client make_client(rd_kafka_type_t type, Conf conf);

}  // namespace command_center::relay::kafka
