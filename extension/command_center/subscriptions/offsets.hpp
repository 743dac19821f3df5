// How far a subscription has come: the last row of each partition counts.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/core/identifiers/uuid.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// The last row of each partition of a subscription, as a table. From partition to partition by the index:
// most rows are of earlier offsets.
#define LAST_OFFSETS_OF(id)                                                                                 \
  "(WITH RECURSIVE place AS ((SELECT topic, partition FROM command_center.consumer_offsets"                 \
  " WHERE subscription_id = " id                                                                            \
  " ORDER BY topic, partition LIMIT 1) UNION ALL"                                                           \
  " SELECT beyond.topic, beyond.partition FROM place CROSS JOIN LATERAL ("                                  \
  "SELECT topic, partition FROM command_center.consumer_offsets AS stored WHERE stored.subscription_id "    \
  "= " id                                                                                                   \
  " AND (stored.topic, stored.partition) > (place.topic, place.partition)"                                  \
  " ORDER BY stored.topic, stored.partition LIMIT 1) AS beyond)"                                            \
  " SELECT stored.* FROM place CROSS JOIN LATERAL (SELECT * FROM command_center.consumer_offsets AS stored" \
  " WHERE stored.subscription_id = " id                                                                     \
  " AND stored.topic = place.topic"                                                                         \
  " AND stored.partition = place.partition ORDER BY advanced_at DESC LIMIT 1) AS stored)"

// A row of command_center.consumer_position. Plain data over memory of the calling context.
struct Position {
  std::string_view topic;
  int partition;
  std::int64_t next_offset;
  int attempt;              // of the first message
  std::int64_t end_offset;  // -1: unknown
};

struct Positions {
  Position* positions;
  int count;
};

// Reads an array of them. 22023 for what can be none, also for a partition that comes twice; KC014 for more
// than `limit`. Postgres regime.
[[nodiscard]] Positions read_positions(Datum array, int limit);

// What is stored of a partition.
struct StoredOffset {
  bool is_there;
  std::int64_t next_offset;
  std::int64_t advanced_at;  // the server's timestamp
  std::int64_t end_offset;   // -1: unknown
};

// Answers one for each position, in their order. Both are Postgres regime, in an open session, under the
// locks of the partitions or of the whole subscription.
[[nodiscard]] StoredOffset* stored_offsets(const identifiers::Uuid& subscription_id,
                                           const Positions& positions);

// What a partition has come to: `position` with its new next_offset.
struct Advance {
  const Position* position;
  const StoredOffset* before;
  bool has_timestamp;
  std::int64_t message_timestamp;
};
void store_offsets(const identifiers::Uuid& subscription_id, const Advance* advances, int count);

}  // namespace command_center::extension
