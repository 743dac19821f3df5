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
  bool backwards;
};

// All are Postgres regime, for a table or partition that is_as_written() (table_shape.hpp) and has a key.
[[nodiscard]] PrimaryKeyScan begin_scan(Oid table, SnapshotData* snapshot, const Datum* values, int count);
// In descending order of the key.
[[nodiscard]] PrimaryKeyScan begin_scan_backwards(Oid table, SnapshotData* snapshot, const Datum* values,
                                                  int count);
// From the last of the values on.
[[nodiscard]] PrimaryKeyScan begin_scan_from(Oid table, SnapshotData* snapshot, const Datum* values,
                                             int count);
[[nodiscard]] bool next_row(PrimaryKeyScan& scan);
void end_scan(PrimaryKeyScan& scan);  // locks stay until the transaction ends

// A column, from 1, that the table of setup() has no NULL in: KC015 where somebody allowed one.
[[nodiscard]] Datum present_value(TupleTableSlot* slot, int column);

// Whether there is a row now, whatever the snapshot of the caller's transaction.
[[nodiscard]] bool row_exists(Oid table, const Datum* values, int count);

}  // namespace command_center::server
