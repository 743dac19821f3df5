// What a consumer needs of a topic.
#pragma once

#include <string>

#include "relay/daemon.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/settings/kafka.hpp"

namespace command_center::relay::check {

// Throws Failure unless the topic is there, or may be made, and the group may read it. Reads a message and
// changes nothing.
[[nodiscard]] std::string look_at_topic(const settings::Kafka& settings, kafka::Cluster& cluster,
                                        const std::string& group, const std::string& topic);

}  // namespace command_center::relay::check
