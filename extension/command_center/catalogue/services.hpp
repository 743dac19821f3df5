// The services that a session knows.
#pragma once

#include <string>
#include <string_view>

namespace command_center::extension {

struct Service {
  std::string topic;    // empty: none
  std::string handler;  // empty: its commands go to Kafka
  bool takes_commands = false;
};

// Null when there is no such service. Valid until the next begin_decision(). Postgres regime.
[[nodiscard]] const Service* find_service(std::string_view service_id);

// The same, for C++ regime: only what find_service() has already answered in this decision.
[[nodiscard]] const Service* known_service(std::string_view service_id) noexcept;

}  // namespace command_center::extension
