// What the admin port answers: /livez, /readyz and /metrics.
#pragma once

#include "daemon/admin/http.hpp"
#include "daemon/admin/metrics.hpp"
#include "daemon/admin/roster.hpp"

namespace command_center::daemon::admin {

// /readyz ends with the state's name, for people and for scripts; ?role= asks for one role.
[[nodiscard]] Response answer(const Request& request, const Roster& roster, const Metrics& metrics);

}  // namespace command_center::daemon::admin
