// Compares a row's descriptor with the columns that the code fills or reads.
#include "extension/server/row_type.hpp"

#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

bool is_as_known(const TupleDescData* found, const Oid* columns, std::size_t count) {
  if (static_cast<std::size_t>(found->natts) != count) return false;
  for (std::size_t i = 0; i < count; ++i) {
    FormData_pg_attribute* column = TupleDescAttr(const_cast<TupleDesc>(found), i);
    // A dropped column stays in the descriptor, without a type.
    if (column->attisdropped || column->atttypid != columns[i]) return false;
  }
  return true;
}

}  // namespace

void check_row_type(const TupleDescData* found, const Oid* columns, std::size_t count) {
  if (is_as_known(found, columns, count)) return;
  refuse("KC015", psprintf("type %s was altered", format_type_be(found->tdtypeid)), nullptr,
         "DROP EXTENSION and CREATE EXTENSION make it anew, and keep the tables; see doctor().");
}

void read_row(Datum row, const Oid* columns, std::size_t count, Datum* values, bool* nulls) {
  HeapTupleHeader header = DatumGetHeapTupleHeader(row);
  TupleDesc row_type =
      lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header), HeapTupleHeaderGetTypMod(header));
  check_row_type(row_type, columns, count);
  HeapTupleData tuple = {};
  tuple.t_len = HeapTupleHeaderGetDatumLength(header);
  ItemPointerSetInvalid(&tuple.t_self);
  tuple.t_data = header;
  heap_deform_tuple(&tuple, row_type, values, nulls);
  ReleaseTupleDesc(row_type);
}

void open_rows(FunctionCallInfo fcinfo, const Oid* columns, std::size_t count) {
  InitMaterializedSRF(fcinfo, 0);
  check_row_type(reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo)->setDesc, columns, count);
}

}  // namespace command_center::server
