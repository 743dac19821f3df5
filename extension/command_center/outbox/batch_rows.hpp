// The rows of a recorded batch as a piece of SQL, for statements that do something with them.
#pragma once

#include "extension/command_center/outbox/batch.hpp"
#include "extension/server/leaf_partition.hpp"
#include "extension/server/statements.hpp"

namespace command_center::extension {

// Columns of `message`, the row of the outbox. Parameters, which batch_parameters() makes: $1 and $2 where
// the rows of new transactions begin, $3 the snapshot at the end, $4 where the slice ends, $5 late
// transactions, $6 where the slice begins, $7 and $8 the shard.
#define OF_THIS_SHARD IS_OF_SHARD("message.partition_key", "$7", "$8")
#define NEW_ROWS(columns)                                                                          \
  "SELECT " columns                                                                                \
  " FROM command_center.transactional_outbox AS message WHERE \"position\" > $1 AND \"position\" " \
  "<= $4 AND transaction_id >= $2 AND pg_visible_in_snapshot(transaction_id, $3) AND " OF_THIS_SHARD
#define LATE_ROWS(columns)                                                                                  \
  "SELECT " columns                                                                                         \
  " FROM unnest($5) AS late(transaction_id) CROSS JOIN LATERAL ("                                           \
  "  SELECT * FROM command_center.transactional_outbox AS message"                                          \
  "  WHERE message.transaction_id >= late.transaction_id AND message.transaction_id <= late.transaction_id" \
  "  AND \"position\" > $6 AND \"position\" <= $4 AND " OF_THIS_SHARD                                       \
  "  ORDER BY message.transaction_id, \"position\" OFFSET 0) AS message"
#define BATCH_ROWS(columns) NEW_ROWS(columns) " UNION ALL " LATE_ROWS(columns)
#define BATCH_PARAMETERS INT8OID, XID8OID, PG_SNAPSHOTOID, INT8OID, XID8ARRAYOID, INT8OID, INT8OID, INT8OID

// Of a row of the outbox: it lies in a partition that holds rows; the others are not looked into.
#define IN_KEYS(first, last) "message_id >= " first " AND message_id <= " last

// Between which keys the rows lie: every one of a snapshot that was taken before. Every partition is asked,
// so whoever has several statements about one snapshot asks once. Postgres regime, in an open session, as the
// next.
[[nodiscard]] KeyRange outbox_keys();

void add_outbox_keys(Parameters& parameters, const KeyRange& keys);

// Whether a table whose days are those of `column`, a timestamp, holds any row.
[[nodiscard]] bool may_have_rows(const char* table, const char* column);

// `keys`: as of a time after its snapshots were taken, as everywhere.
[[nodiscard]] Parameters batch_parameters(const Batch& batch, const KeyRange& keys);
[[nodiscard]] inline Parameters batch_parameters(const Batch& batch) {
  return batch_parameters(batch, outbox_keys());
}

}  // namespace command_center::extension
