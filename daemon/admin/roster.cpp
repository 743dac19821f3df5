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

std::vector<prometheus::MetricFamily> Roster::collect() const {
  prometheus::MetricFamily ready{"command_center_role_ready",
                                 "1 while the role does its work or stands by.",
                                 prometheus::MetricType::Gauge,
                                 {}};
  prometheus::MetricFamily age{"command_center_role_progress_age_seconds",
                               "Since the role last did work, found none to do, or stood by.",
                               prometheus::MetricType::Gauge,
                               {}};
  for (const auto& [name, health] : roles_) {
    prometheus::ClientMetric metric;
    metric.label = {{"role", name}};
    metric.gauge.value = is_ready(health->state()) ? 1 : 0;
    ready.metric.push_back(metric);
    const auto since = runtime::Clock::now() - health->last_progress();
    metric.gauge.value = std::chrono::duration<double>(since).count();
    age.metric.push_back(metric);
  }
  return {std::move(ready), std::move(age)};
}

bool Roster::is_alive() const {
  return std::all_of(roles_.begin(), roles_.end(),
                     [](const auto& entry) { return entry.second->is_alive(); });
}

}  // namespace command_center::daemon::admin
