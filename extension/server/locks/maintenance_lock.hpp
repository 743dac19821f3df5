// What maintain() holds while it works, so that it never runs twice at a time and others can tell.
#pragma once

#include "extension/server/installation.hpp"

namespace command_center::server {

// Postgres regime, both. Held until the transaction ends.
void take_maintenance_lock(const Installation& installation);

// Whether another session holds it.
[[nodiscard]] bool is_maintained_now(const Installation& installation);

}  // namespace command_center::server
