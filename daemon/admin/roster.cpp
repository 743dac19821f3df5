// The worst role speaks for all: an orchestrator wants to know of the one that does not work.
#include "daemon/admin/roster.hpp"

#include <algorithm>

namespace command_center::daemon::admin {

State Roster::state() const {
  if (roles_.empty()) return State::kConnecting;
  State worst = State::kWorking;
  for (const auto& entry : roles_) worst = std::min(worst, entry.second->state());
  return worst;
}

std::optional<State> Roster::state_of(std::string_view role) const {
  for (const auto& [name, health] : roles_) {
    if (name == role) return health->state();
  }
  return std::nullopt;
}

bool Roster::is_alive() const {
  return std::all_of(roles_.begin(), roles_.end(),
                     [](const auto& entry) { return entry.second->is_alive(); });
}

}  // namespace command_center::daemon::admin
