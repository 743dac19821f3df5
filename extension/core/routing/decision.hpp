// Where one command goes, and why.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/routing/policy.hpp"

namespace command_center::routing {

// A route as the catalogue holds it; an empty scope matches everything.
struct Route {
  identifiers::Uuid route_id;
  int version = 0;
  std::optional<identifiers::Uuid> tenant_id;
  std::optional<identifiers::Uuid> property_id;
  std::optional<std::string> environment;
  Policy policy;
};

struct Scope {
  identifiers::Uuid tenant_id;
  std::optional<identifiers::Uuid> property_id;
  std::string_view environment;
};

// Answers whether a service takes new commands. One that is not known takes none.
class Availability {
 public:
  virtual ~Availability() = default;
  [[nodiscard]] virtual bool takes_commands(std::string_view service_id) const = 0;
};

struct Decision {
  const Route* route = nullptr;   // null: the template's default target
  std::string target;             // empty: no target is available
  std::vector<std::string> also;  // sent in any case, the target not among them
};

// The most specific route that matches: tenant counts 4, property 2, environment 1. Null when none does.
[[nodiscard]] const Route* most_specific(const std::vector<Route>& routes, const Scope& scope) noexcept;

// Picks the target among those that take commands, else the fallback, else none. Without a route the default
// target (which may be empty) is the only target.
[[nodiscard]] Decision decide(std::string_view command_name, std::string_view sticky_key, const Route* route,
                              std::string_view default_target, const Availability& availability);

}  // namespace command_center::routing
