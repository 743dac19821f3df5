// What may be the name of a topic.
#pragma once

#include <string>
#include <string_view>

namespace command_center::envelope {

// Throws 22023 for a name that Kafka does not take (1 to 249 letters, digits, dots, underscores or hyphens;
// not "." or ".."), or that is not for messages: Kafka's own (__…) and ours (command-center.…).
void check_topic(std::string_view topic);

// What Kafka names a topic's metrics after. It refuses a topic that would share this with another.
[[nodiscard]] std::string metric_name(std::string_view topic);

}  // namespace command_center::envelope
