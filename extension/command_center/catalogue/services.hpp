// The services that a session knows.
#pragma once

#include <string>
#include <string_view>

#include "extension/command_center/catalogue/decision.hpp"
#include "extension/core/routing/decision.hpp"

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

// Finds every service that the policy names, so that a pick by it needs no server. Postgres regime.
void learn_services(const routing::Policy& policy);

// What a pick asks about them. C++ regime.
class KnownAvailability : public routing::Availability {
 public:
  [[nodiscard]] bool takes_commands(std::string_view service_id) const override;
};

}  // namespace command_center::extension
