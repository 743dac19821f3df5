// What a route says: its targets, its fallback, who always gets a copy, and what a key sticks to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/routing/rendezvous.hpp"

namespace command_center::routing {

enum class Stickiness { kKey, kCommand };

struct Policy {
  std::vector<WeightedTarget> targets;
  std::optional<std::string> fallback;
  std::vector<std::string> also;
  Stickiness stickiness = Stickiness::kKey;
};

// A mistake in a policy; `location` is a JSON pointer into it.
struct PolicyError {
  std::string location;
  std::string message;
};

struct PolicyOutcome {
  Policy policy;
  std::vector<PolicyError> errors;  // empty: the policy may be used
};

// Reads {"targets": [{"serviceId": …, "weight": …}], "fallback": …, "also": […], "stickiness": "key" |
// "command"}. Everything unknown is an error.
[[nodiscard]] PolicyOutcome parse_policy(std::string_view json);

}  // namespace command_center::routing
