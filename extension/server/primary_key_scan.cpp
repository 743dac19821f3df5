// Scans the index with the equality operators of its own families.
#include "extension/server/primary_key_scan.hpp"

#include "extension/server/newest_snapshot.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

Oid primary_key_of(Relation table) {
#if PG_VERSION_NUM >= 180000
  return RelationGetPrimaryKeyIndex(table, false);
#else
  return RelationGetPrimaryKeyIndex(table);
#endif
}

RegProcedure equality(Relation index, int column) {
  const Oid type = index->rd_opcintype[column];
  return get_opcode(get_opfamily_member(index->rd_opfamily[column], type, type, BTEqualStrategyNumber));
}

}  // namespace

PrimaryKeyScan begin_scan(Oid table, SnapshotData* snapshot, const Datum* values, int count) {
  PrimaryKeyScan made = {};
  made.table = table_open(table, AccessShareLock);
  made.index = index_open(primary_key_of(made.table), AccessShareLock);
  made.slot = table_slot_create(made.table, nullptr);
  auto* keys = static_cast<ScanKey>(palloc0(sizeof(ScanKeyData) * static_cast<std::size_t>(count)));
  for (int i = 0; i < count; ++i) {
    ScanKeyEntryInitialize(&keys[i], 0, static_cast<AttrNumber>(i + 1), BTEqualStrategyNumber, InvalidOid,
                           made.index->rd_indcollation[i], equality(made.index, i), values[i]);
  }
#if PG_VERSION_NUM >= 180000
  made.scan = index_beginscan(made.table, made.index, snapshot, nullptr, count, 0);
#else
  made.scan = index_beginscan(made.table, made.index, snapshot, count, 0);
#endif
  index_rescan(made.scan, keys, count, nullptr, 0);
  return made;
}

bool next_row(PrimaryKeyScan& scan) {
  return index_getnext_slot(scan.scan, ForwardScanDirection, scan.slot);
}

void end_scan(PrimaryKeyScan& scan) {
  index_endscan(scan.scan);
  ExecDropSingleTupleTableSlot(scan.slot);
  index_close(scan.index, NoLock);
  table_close(scan.table, NoLock);
}

bool row_exists(Oid table, const Datum* values, int count) {
  Snapshot snapshot = RegisterSnapshot(newest_snapshot());
  PrimaryKeyScan scan = begin_scan(table, snapshot, values, count);
  const bool exists = next_row(scan);
  end_scan(scan);
  UnregisterSnapshot(snapshot);
  return exists;
}

}  // namespace command_center::server
