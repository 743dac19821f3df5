// Asks the admin port of a daemon that runs beside, as a container's health check does.
#pragma once

#include <cstdint>
#include <string>

namespace command_center::daemon::admin {

struct HealthAnswer {
  bool ready;
  std::string text;  // the state, or why there is no answer
};

// GET /readyz, within 5 seconds. An address that means all of them (0.0.0.0, ::) is asked on loopback.
[[nodiscard]] HealthAnswer ask_health(const std::string& address, std::uint16_t port);

}  // namespace command_center::daemon::admin
