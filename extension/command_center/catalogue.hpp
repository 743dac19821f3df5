// What a session knows of templates, routes and services, so that the hot path reads no catalogue table.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/json_schema/program.hpp"
#include "extension/core/routing/decision.hpp"

namespace command_center::extension {

// The active version of a command.
struct Template {
  int version = 0;
  std::string default_target;              // empty: none
  std::string topic;                       // empty: none
  std::vector<std::string> partition_key;  // tokens of the JSON pointer; see has_partition_key
  bool has_partition_key = false;
  bool ordered = false;
  std::shared_ptr<const json_schema::Program> program;
};

struct Service {
  std::string topic;  // empty: none
  bool takes_commands = false;
};

// All functions are Postgres regime. What they answer stays valid until the next begin_decision() of this
// session.

// Takes what other sessions have changed and forgets what that made stale. Called once at the start of each
// decision.
void begin_decision();

// KC002 when the command has no active version.
[[nodiscard]] const Template& find_template(std::string_view command_name);

// The active routes of a command that are for this tenant or for every tenant.
[[nodiscard]] const std::vector<routing::Route>& find_routes(std::string_view command_name,
                                                             const identifiers::Uuid& tenant_id);

// Null when there is no such service.
[[nodiscard]] const Service* find_service(std::string_view service_id);

// The same, for C++ regime: only what find_service() has already answered in this decision.
[[nodiscard]] const Service* known_service(std::string_view service_id) noexcept;
}  // namespace command_center::extension
