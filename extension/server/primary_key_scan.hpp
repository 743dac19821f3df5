// Reads rows by the first columns of their primary key, without planning a statement.
#pragma once

#include "extension/server/server_types.hpp"

struct RelationData;
struct IndexScanDescData;
struct SnapshotData;
struct TupleTableSlot;

namespace command_center::server {

// Plain data. The snapshot is the caller's.
struct PrimaryKeyScan {
  RelationData* table;
  RelationData* index;
  IndexScanDescData* scan;
  TupleTableSlot* slot;  // the row, after next_row() answered true
};

// All are Postgres regime. The table has a primary key of btree, and is no partitioned one.
[[nodiscard]] PrimaryKeyScan begin_scan(Oid table, SnapshotData* snapshot, const Datum* values, int count);
[[nodiscard]] bool next_row(PrimaryKeyScan& scan);
void end_scan(PrimaryKeyScan& scan);  // locks stay until the transaction ends

// Whether there is a row now, whatever the snapshot of the caller's transaction.
[[nodiscard]] bool row_exists(Oid table, const Datum* values, int count);

}  // namespace command_center::server
