// Scans the index with the operators of its own families.
#include "extension/server/primary_key_scan.hpp"

#include "extension/server/newest_snapshot.hpp"
#include "extension/server/refusal.hpp"

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

RegProcedure operation(Relation index, int column, StrategyNumber strategy) {
  const Oid type = index->rd_opcintype[column];
  return get_opcode(
      get_opfamily_member(index->rd_opfamily[column], type, type, static_cast<int16>(strategy)));
}

PrimaryKeyScan begin(Oid table, SnapshotData* snapshot, const Datum* values, int count, StrategyNumber last) {
  PrimaryKeyScan made = {};
  made.table = table_open(table, AccessShareLock);
  made.index = index_open(primary_key_of(made.table), AccessShareLock);
  made.slot = table_slot_create(made.table, nullptr);
  auto* keys = static_cast<ScanKey>(palloc0(sizeof(ScanKeyData) * static_cast<std::size_t>(count)));
  for (int i = 0; i < count; ++i) {
    const StrategyNumber strategy = i + 1 < count ? BTEqualStrategyNumber : last;
    ScanKeyEntryInitialize(&keys[i], 0, static_cast<AttrNumber>(i + 1), strategy, InvalidOid,
                           made.index->rd_indcollation[i], operation(made.index, i, strategy), values[i]);
  }
#if PG_VERSION_NUM >= 180000
  made.scan = index_beginscan(made.table, made.index, snapshot, nullptr, count, 0);
#else
  made.scan = index_beginscan(made.table, made.index, snapshot, count, 0);
#endif
  index_rescan(made.scan, keys, count, nullptr, 0);
  return made;
}

}  // namespace

PrimaryKeyScan begin_scan(Oid table, SnapshotData* snapshot, const Datum* values, int count) {
  return begin(table, snapshot, values, count, BTEqualStrategyNumber);
}

PrimaryKeyScan begin_scan_backwards(Oid table, SnapshotData* snapshot, const Datum* values, int count) {
  PrimaryKeyScan made = begin(table, snapshot, values, count, BTEqualStrategyNumber);
  made.backwards = true;
  return made;
}

PrimaryKeyScan begin_scan_from(Oid table, SnapshotData* snapshot, const Datum* values, int count) {
  return begin(table, snapshot, values, count, BTGreaterEqualStrategyNumber);
}

bool next_row(PrimaryKeyScan& scan) {
  return index_getnext_slot(scan.scan, scan.backwards ? BackwardScanDirection : ForwardScanDirection,
                            scan.slot);
}

Datum present_value(TupleTableSlot* slot, int column) {
  bool null = false;
  const Datum found = slot_getattr(slot, column, &null);
  if (!null) return found;
  refuse("KC015",
         psprintf("column \"%s\" is null",
                  NameStr(TupleDescAttr(slot->tts_tupleDescriptor, column - 1)->attname)),
         nullptr, "Somebody changed the table since setup() made it: see doctor().");
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
