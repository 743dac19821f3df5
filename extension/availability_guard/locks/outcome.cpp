// Rows of availability_guard.lock_outcome.
#include "extension/availability_guard/locks/outcome.hpp"

#include <iterator>

#include "extension/server/arguments.hpp"
#include "extension/server/row_type.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

constexpr Oid kColumns[] = {TEXTOID, UUIDOID, INT8OID, TIMESTAMPTZOID, JSONBOID};
constexpr int kColumnCount = static_cast<int>(std::size(kColumns));

void fill(const LockOutcome& outcome, Datum* values, bool* nulls) {
  values[0] = text_datum(outcome.status);
  values[1] = uuid_datum(outcome.lock_id);
  values[2] = Int64GetDatum(outcome.version);
  values[3] = TimestampTzGetDatum(outcome.expires_at);
  values[4] = outcome.witness;
  nulls[0] = false;
  for (int i = 1; i < 4; ++i) nulls[i] = !outcome.has_lock;
  nulls[4] = outcome.witness == 0;
}

}  // namespace

LockOutcome outcome_of(const char* status, const LockRow& row) noexcept {
  return {status, true, row.held.lock_id, row.version, row.held.expires_at, Datum{0}};
}

void keep_witness(LockOutcome& outcome, MemoryContextData* context) {
  if (outcome.witness == 0) return;
  MemoryContext before = MemoryContextSwitchTo(context);
  outcome.witness = datumCopy(outcome.witness, false, -1);
  MemoryContextSwitchTo(before);
}

Datum outcome_row(FunctionCallInfo fcinfo, const LockOutcome& outcome) {
  TupleDesc row_type = nullptr;
  if (get_call_result_type(fcinfo, nullptr, &row_type) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "the function must return a row");
  check_row_type(row_type, kColumns);
  Datum values[kColumnCount] = {};
  bool nulls[kColumnCount] = {};
  fill(outcome, values, nulls);
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row_type), values, nulls));
}

void open_outcomes(FunctionCallInfo fcinfo) {
  open_rows(fcinfo, kColumns);
}

void put_outcome(FunctionCallInfo fcinfo, const LockOutcome& outcome) {
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  Datum values[kColumnCount] = {};
  bool nulls[kColumnCount] = {};
  fill(outcome, values, nulls);
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

}  // namespace command_center::guard
