// Which failures another moment may cure, so that they are no fault of the message at hand.
#pragma once

#include <string_view>

namespace command_center::subscriptions {

// By SQLSTATE: lost connections (08), conflicts of transactions (40), a lack of resources (53), interventions
// (57) and faults of the system (58), a lock that was not free (55P03), a server that takes no writes
// (25006).
[[nodiscard]] inline bool is_transient(std::string_view sqlstate) noexcept {
  if (sqlstate == "55P03" || sqlstate == "25006") return true;
  const std::string_view group = sqlstate.substr(0, 2);
  return group == "08" || group == "40" || group == "53" || group == "57" || group == "58";
}

}  // namespace command_center::subscriptions
