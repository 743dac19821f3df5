// Says how long the days of each partitioned table are kept.
#pragma once

#include <array>

#include "extension/command_center/installation.hpp"
#include "extension/server/days/retiring.hpp"

namespace command_center::extension {

// In the order in which they are retired: what the outbox still holds keeps the others, dispatches keep their
// events.
using KeptTables = std::array<KeptTable, 13>;

// By the settings as they are now: outbox_retention and until every publisher has published it; batches and
// leases as long as the outbox, and what a publisher goes on from; parked messages as
// long as the outbox and until somebody has decided; dispatches and deadlines for
// dispatch_retention and as long as the outbox; events as long as their dispatches; idempotency keys until
// each has expired, since the setting may have been another when it was used; offsets as long as the outbox,
// and those that a subscription goes on from and that nobody has carried on; dead letters for
// dispatch_retention. Postgres regime; so is what asks about a day.
[[nodiscard]] KeptTables kept_tables();

// Nothing is retired where a publisher has the identity of another database, whose snapshots mean nothing
// here. Postgres regime, in an open session.
[[nodiscard]] bool may_retire();

// Copies the last offsets of partitions to which nothing has come for outbox_retention, so that they do not
// keep their day. Postgres regime, in an open session.
void carry_quiet_offsets();

}  // namespace command_center::extension
