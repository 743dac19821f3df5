// Chooses the route of a scope and the target of a key.
#include "extension/core/routing/decision.hpp"

namespace command_center::routing {
namespace {

// The weight of a matching scope, or -1 where the route does not match.
int specificity(const Route& route, const Scope& scope) noexcept {
  int weight = 0;
  if (route.tenant_id) {
    if (!(*route.tenant_id == scope.tenant_id)) return -1;
    weight += 4;
  }
  if (route.property_id) {
    if (!scope.property_id || !(*route.property_id == *scope.property_id)) return -1;
    weight += 2;
  }
  if (route.environment) {
    if (*route.environment != scope.environment) return -1;
    weight += 1;
  }
  return weight;
}

}  // namespace

const Route* most_specific(const std::vector<Route>& routes, const Scope& scope) noexcept {
  const Route* best = nullptr;
  int best_weight = -1;
  for (const Route& route : routes) {
    const int weight = specificity(route, scope);
    if (weight > best_weight) {
      best = &route;
      best_weight = weight;
    }
  }
  return best;
}

Decision decide(std::string_view command_name, std::string_view sticky_key, const Route* route,
                std::string_view default_target, const Availability& availability) {
  Decision decision;
  decision.route = route;
  if (route == nullptr) {
    if (!default_target.empty() && availability.takes_commands(default_target))
      decision.target = default_target;
    return decision;
  }
  const Policy& policy = route->policy;
  std::vector<WeightedTarget> available;
  for (const WeightedTarget& target : policy.targets) {
    if (availability.takes_commands(target.service_id)) available.push_back(target);
  }
  if (const auto picked = pick(command_name, sticky_key, available)) {
    decision.target = available[*picked].service_id;
  } else if (policy.fallback && availability.takes_commands(*policy.fallback)) {
    decision.target = *policy.fallback;
  }
  for (const std::string& service_id : policy.also) {
    if (service_id != decision.target) decision.also.push_back(service_id);
  }
  return decision;
}

}  // namespace command_center::routing
