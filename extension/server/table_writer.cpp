// Finds the partition of each row in the server's cached bounds and inserts into it and its indexes.
#include "extension/server/table_writer.hpp"

#include "extension/server/installation.hpp"
#include "extension/server/leaf_partition.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

bool keeps_not_null(const TupleDescData* columns, const bool* nulls, int count) {
  for (int i = 0; i < columns->natts; ++i) {
    if (!TupleDescAttr(columns, i)->attnotnull) continue;
    for (int row = 0; row < count; ++row) {
      if (nulls[static_cast<std::ptrdiff_t>(row) * columns->natts + i]) return false;
    }
  }
  return true;
}

struct Writer {
  EState* state;
  ResultRelInfo* target;
};

Writer open_writer(Relation partition) {
  Writer writer = {CreateExecutorState(), makeNode(ResultRelInfo)};
  InitResultRelInfo(writer.target, partition, 1, nullptr, 0);
  ExecOpenIndices(writer.target, false);
  return writer;
}

void close_writer(Writer writer) {
  ExecCloseIndices(writer.target);
  FreeExecutorState(writer.state);
}

// With `taken`, which then tells, a row that a unique index has already is no error, nor waited for.
void insert_into_indexes(Writer writer, TupleTableSlot* slot, bool* taken = nullptr) {
  if (writer.target->ri_NumIndices == 0) return;
#if PG_VERSION_NUM >= 160000
  (void)ExecInsertIndexTuples(writer.target, slot, writer.state, false, taken != nullptr, taken, NIL, false);
#else
  (void)ExecInsertIndexTuples(writer.target, slot, writer.state, false, taken != nullptr, taken, NIL);
#endif
  ResetPerTupleExprContext(writer.state);
}

void store_row(TupleTableSlot* slot, const Datum* values, const bool* nulls, int columns) {
  ExecClearTuple(slot);
  memcpy(slot->tts_values, values, sizeof(Datum) * static_cast<std::size_t>(columns));
  memcpy(slot->tts_isnull, nulls, sizeof(bool) * static_cast<std::size_t>(columns));
  ExecStoreVirtualTuple(slot);
}

// As many rows at once as COPY takes.
constexpr int kMostRowsAtOnce = 1000;

void write_directly(Writer writer, Relation partition, const WrittenTable& table, const Datum* values,
                    const bool* nulls, int count) {
  const CommandId command = GetCurrentCommandId(true);
  const int at_once = count < kMostRowsAtOnce ? count : kMostRowsAtOnce;
  auto** slots =
      static_cast<TupleTableSlot**>(palloc(sizeof(TupleTableSlot*) * static_cast<std::size_t>(at_once)));
  for (int i = 0; i < at_once; ++i)
    slots[i] = MakeSingleTupleTableSlot(RelationGetDescr(partition), table_slot_callbacks(partition));
  const std::ptrdiff_t columns = table.shape.column_count;
  for (int done = 0; done < count;) {
    CHECK_FOR_INTERRUPTS();
    const int now = count - done < at_once ? count - done : at_once;
    for (int i = 0; i < now; ++i) {
      const std::ptrdiff_t first = (done + i) * columns;
      store_row(slots[i], values + first, nulls + first, table.shape.column_count);
    }
    if (now == 1) {
      table_tuple_insert(partition, slots[0], command, 0, nullptr);
    } else {
      table_multi_insert(partition, slots, now, command, 0, nullptr);
    }
    for (int i = 0; i < now; ++i) insert_into_indexes(writer, slots[i]);
    done += now;
  }
  for (int i = 0; i < at_once; ++i) ExecDropSingleTupleTableSlot(slots[i]);
}

// Puts the row in and takes it out again when an index turns out to have it, as ON CONFLICT does.
bool write_speculatively(Writer writer, Relation partition, const WrittenTable& table, const Datum* values,
                         const bool* nulls) {
  TupleTableSlot* slot =
      MakeSingleTupleTableSlot(RelationGetDescr(partition), table_slot_callbacks(partition));
  store_row(slot, values, nulls, table.shape.column_count);
  const TransactionId transaction = GetCurrentTransactionId();
  const std::uint32_t token = SpeculativeInsertionLockAcquire(transaction);
  table_tuple_insert_speculative(partition, slot, GetCurrentCommandId(true), 0, nullptr, token);
  bool taken = false;
  insert_into_indexes(writer, slot, &taken);
  table_tuple_complete_speculative(partition, slot, token, !taken);
  SpeculativeInsertionLockRelease(transaction);
  ExecDropSingleTupleTableSlot(slot);
  return !taken;
}

// Answers how many rows were inserted. Without a partition the server's error names no remedy.
std::uint64_t write_by_statement(WrittenTable& table, Oid partition, const Datum* values, const bool* nulls,
                                 int count) {
  ErrorContextCallback hint = {error_context_stack, hint_at_maintain,
                               const_cast<Installation*>(&table.insert.installation)};
  if (!OidIsValid(partition)) error_context_stack = &hint;
  const OwnerSession session = open_session(table.insert.installation);
  const std::ptrdiff_t columns = table.shape.column_count;
  std::uint64_t inserted = 0;
  for (int row = 0; row < count; ++row) {
    CHECK_FOR_INTERRUPTS();
    Parameters parameters;
    for (std::ptrdiff_t i = row * columns; i < (row + 1) * columns; ++i)
      nulls[i] ? parameters.add_null() : parameters.add(values[i]);
    inserted += run(table.insert, parameters);
  }
  close_session(session);
  error_context_stack = hint.previous;
  return inserted;
}

// 0 where the bounds are not of the type that the column has here.
Oid partition_of(Relation parent, const WrittenTable& table, Datum key) {
  return is_as_written(parent, table.shape) ? partition_for(parent, key) : InvalidOid;
}

// Rows of one partition, by `write`. False when they must go by the statement. A default partition, which
// range bounds do not name, has no oid here.
template <typename Write>
bool try_directly(Oid partition_id, const WrittenTable& table, const bool* nulls, int count, Write write) {
  if (!OidIsValid(partition_id)) return false;
  Relation partition = table_open(partition_id, RowExclusiveLock);
  const bool written =
      is_as_written(partition, table.shape) && keeps_not_null(RelationGetDescr(partition), nulls, count);
  if (written) {
    const Writer writer = open_writer(partition);
    write(writer, partition);
    close_writer(writer);
  }
  table_close(partition, NoLock);
  return written;
}

}  // namespace

void write_rows(WrittenTable& table, const Datum* values, const bool* nulls, int count) {
  Relation parent =
      table_open(installed_relation(table.insert.installation, table.shape.name), RowExclusiveLock);
  const std::ptrdiff_t columns = table.shape.column_count;
  for (int done = 0; done < count;) {
    const Datum* first = values + done * columns;
    const bool* first_nulls = nulls + done * columns;
    const Oid partition = partition_of(parent, table, first[table.shape.partition_column]);
    int same = 1;
    while (done + same < count &&
           partition_of(parent, table, first[same * columns + table.shape.partition_column]) == partition) {
      ++same;
    }
    const auto write = [&](Writer writer, Relation opened) {
      write_directly(writer, opened, table, first, first_nulls, same);
    };
    if (!try_directly(partition, table, first_nulls, same, write))
      (void)write_by_statement(table, partition, first, first_nulls, same);
    done += same;
  }
  table_close(parent, NoLock);
}

bool write_unless_taken(WrittenTable& table, const Datum* values, const bool* nulls) {
  Relation parent =
      table_open(installed_relation(table.insert.installation, table.shape.name), RowExclusiveLock);
  const Oid partition = partition_of(parent, table, values[table.shape.partition_column]);
  bool written = false;
  const auto write = [&](Writer writer, Relation opened) {
    written = write_speculatively(writer, opened, table, values, nulls);
  };
  if (!try_directly(partition, table, nulls, 1, write))
    written = write_by_statement(table, partition, values, nulls, 1) > 0;
  table_close(parent, NoLock);
  return written;
}

bool goes_by_statement(const WrittenTable& table, Datum partition_value) {
  Relation parent =
      table_open(installed_relation(table.insert.installation, table.shape.name), RowExclusiveLock);
  const Oid partition_id = partition_of(parent, table, partition_value);
  bool as_written = false;
  if (OidIsValid(partition_id)) {
    Relation partition = table_open(partition_id, RowExclusiveLock);
    as_written = is_as_written(partition, table.shape);
    table_close(partition, NoLock);
  }
  table_close(parent, NoLock);
  return !as_written;
}

}  // namespace command_center::server
