// Finds the partition of each row in the server's cached bounds and inserts into it and its indexes.
#include "extension/command_center/table_writer.hpp"

#include "extension/command_center/installation.hpp"
#include "extension/command_center/leaf_partition.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// Somebody may have attached a table with the same columns in another order.
bool has_same_columns(const TupleDescData* left, const TupleDescData* right) {
  if (left->natts != right->natts) return false;
  for (int i = 0; i < left->natts; ++i) {
    const FormData_pg_attribute* a = TupleDescAttr(left, i);
    const FormData_pg_attribute* b = TupleDescAttr(right, i);
    if (a->attisdropped || a->atttypid != b->atttypid ||
        strcmp(NameStr(a->attname), NameStr(b->attname)) != 0) {
      return false;
    }
  }
  return true;
}

// A default partition, which range bounds do not name, has no index there: those rows go by the statement.
bool takes_rows_directly(Relation partition, Relation parent, const WrittenTable& table) {
  const FormData_pg_class* shape = partition->rd_rel;
  const TupleDescData* columns = RelationGetDescr(partition);
  const TupleConstr* constraints = columns->constr;
  return shape->relkind == RELKIND_RELATION && partition->trigdesc == nullptr &&
         !shape->relforcerowsecurity && !parent->rd_rel->relforcerowsecurity &&
         columns->natts == table.column_count && has_same_columns(columns, RelationGetDescr(parent)) &&
         (constraints == nullptr || (constraints->num_check == 0 && !constraints->has_generated_stored));
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

void insert_into_indexes(Writer writer, TupleTableSlot* slot) {
  if (writer.target->ri_NumIndices == 0) return;
#if PG_VERSION_NUM >= 160000
  (void)ExecInsertIndexTuples(writer.target, slot, writer.state, false, false, nullptr, NIL, false);
#else
  (void)ExecInsertIndexTuples(writer.target, slot, writer.state, false, false, nullptr, NIL);
#endif
  ResetPerTupleExprContext(writer.state);
}

// As many rows at once as COPY takes.
constexpr int kMostRowsAtOnce = 1000;

void write_directly(Relation partition, const WrittenTable& table, const Datum* values, const bool* nulls,
                    int count) {
  const Writer writer = open_writer(partition);
  const CommandId command = GetCurrentCommandId(true);
  const int at_once = count < kMostRowsAtOnce ? count : kMostRowsAtOnce;
  auto** slots =
      static_cast<TupleTableSlot**>(palloc(sizeof(TupleTableSlot*) * static_cast<std::size_t>(at_once)));
  for (int i = 0; i < at_once; ++i)
    slots[i] = MakeSingleTupleTableSlot(RelationGetDescr(partition), table_slot_callbacks(partition));
  const auto columns = static_cast<std::size_t>(table.column_count);
  for (int done = 0; done < count;) {
    const int now = count - done < at_once ? count - done : at_once;
    for (int i = 0; i < now; ++i) {
      const std::size_t first = static_cast<std::size_t>(done + i) * columns;
      ExecClearTuple(slots[i]);
      memcpy(slots[i]->tts_values, values + first, sizeof(Datum) * columns);
      memcpy(slots[i]->tts_isnull, nulls + first, sizeof(bool) * columns);
      ExecStoreVirtualTuple(slots[i]);
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
  close_writer(writer);
}

void write_by_statement(WrittenTable& table, const Datum* values, const bool* nulls) {
  Parameters parameters;
  for (int i = 0; i < table.column_count; ++i) {
    if (nulls[i]) {
      parameters.add_null();
    } else {
      parameters.add(values[i]);
    }
  }
  (void)run(table.insert, parameters);
}

// Rows of one partition. False when they must go by the statement.
bool try_directly(Oid partition_id, Relation parent, const WrittenTable& table, const Datum* values,
                  const bool* nulls, int count) {
  if (!OidIsValid(partition_id)) return false;
  Relation partition = table_open(partition_id, RowExclusiveLock);
  const bool takes = takes_rows_directly(partition, parent, table);
  if (takes) write_directly(partition, table, values, nulls, count);
  table_close(partition, NoLock);
  return takes;
}

}  // namespace

void write_rows(WrittenTable& table, const Datum* values, const bool* nulls, int count) {
  Relation parent = table_open(installed_relation(table.name), RowExclusiveLock);
  const std::ptrdiff_t columns = table.column_count;
  for (int done = 0; done < count;) {
    const Datum* first = values + done * columns;
    const bool* first_nulls = nulls + done * columns;
    const Oid partition = partition_for(parent, first[table.partition_column]);
    int same = 1;
    while (done + same < count &&
           partition_for(parent, first[same * columns + table.partition_column]) == partition) {
      ++same;
    }
    if (!try_directly(partition, parent, table, first, first_nulls, same)) {
      ErrorContextCallback hint = {error_context_stack, hint_at_maintain, nullptr};
      if (!OidIsValid(partition)) error_context_stack = &hint;
      for (int i = 0; i < same; ++i)
        write_by_statement(table, first + i * columns, first_nulls + i * columns);
      error_context_stack = hint.previous;
    }
    done += same;
  }
  table_close(parent, NoLock);
}

}  // namespace command_center::extension
