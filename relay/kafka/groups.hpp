// What may be known of a consumer group without joining it: whoever joins makes its members deal anew.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "relay/settings/kafka.hpp"

namespace command_center::relay::kafka {

// The offset that a group has for the first partition of a topic; nothing when it has none. Throws
// Failure(kKafka) when the group may not be read, or nobody answers.
[[nodiscard]] std::optional<std::int64_t> group_offset(const settings::Kafka& settings,
                                                       const std::string& group, const std::string& topic);

// Throws Failure(kKafka) unless this client may read the topic and work in the group. Changes nothing.
void require_right_to_consume(const settings::Kafka& settings, const std::string& group,
                              const std::string& topic);

// Throws Failure(kKafka) unless the first partition of a topic answers with a message, or that it has none.
void fetch_from(const settings::Kafka& settings, const std::string& group, const std::string& topic);

}  // namespace command_center::relay::kafka
