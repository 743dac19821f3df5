// What maintain() holds while it works, so that it never runs twice at a time and others can tell.
#pragma once

#include "extension/server/installation.hpp"
#include "extension/server/locks/rank.hpp"

namespace command_center::server {

// All are Postgres regime. Held until the transaction ends.
void take_maintenance_lock(const Installation& installation);

// Whether another session holds it.
[[nodiscard]] bool is_maintained_now(const Installation& installation);

// Its place: who takes those of more than one extension takes them in this order.
[[nodiscard]] Rank maintenance_rank(const Installation& installation);

}  // namespace command_center::server
