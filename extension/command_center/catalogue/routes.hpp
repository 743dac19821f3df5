// The routes that a session knows.
#pragma once

#include <string_view>
#include <vector>

#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/routing/decision.hpp"

namespace command_center::extension {

// The active routes of a command that are for this tenant or for every tenant. Valid until routes are looked
// for again. Postgres regime.
[[nodiscard]] const std::vector<routing::Route>& find_routes(std::string_view command_name,
                                                             const identifiers::Uuid& tenant_id);

}  // namespace command_center::extension
