// Tells the world of what happens to locks.
#pragma once

#include "extension/availability_guard/locks/rows.hpp"
#include "extension/core/inventory/lock_event.hpp"

namespace command_center::guard {

// Puts an event about the lock into the outbox; nothing where there is nothing to tell or nobody has the
// event registered. Events of a reservation come in the order of its changes, by its queue, which the caller
// has until its transaction ends. Postgres regime, in an open session.
void publish(const identifiers::Uuid& tenant_id, const LockRow& row, inventory::Happening happening,
             const Remarks& remarks, inventory::Instant now);

}  // namespace command_center::guard
