// What maintain() holds while it works, so that it never runs twice at a time and others can tell.
#pragma once

namespace command_center::extension {

// Postgres regime, both. Held until the transaction ends.
void take_maintenance_lock();

// Whether another session holds it.
[[nodiscard]] bool is_maintained_now();

}  // namespace command_center::extension
