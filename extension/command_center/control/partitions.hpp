// What maintain() knows about a table that is partitioned by day.
#pragma once

namespace command_center::extension {

enum class PartitionedBy { kUuidV7, kTime };

// How long a day's rows are kept.
enum class Retention {
  kKeep,         // for ever
  kOutbox,       // outbox_retention, and until every publisher has published them
  kBatches,      // as long as the outbox, and what a publisher goes on from
  kLeases,       // as long as the outbox, and the last lease of each publisher
  kDispatches,   // dispatch_retention, and as long as the outbox
  kEvents,       // as long as the dispatches
  kIdempotency,  // idempotency_ttl, and until each key has expired: it may have been set for a session alone
};

struct PartitionedTable {
  const char* name;
  PartitionedBy partitioned_by;
  Retention retention;
};

}  // namespace command_center::extension
