// How a topic is made, as far as anybody declares it.
#pragma once

#include <cstdint>
#include <string>

namespace command_center::relay::kafka {

struct TopicShape {
  int partitions = -1;                 // -1: as the settings say
  std::string cleanup;                 // cleanup.policy; empty: as the broker says
  std::int64_t max_message_bytes = 0;  // max.message.bytes; 0: as the broker says
};

}  // namespace command_center::relay::kafka
