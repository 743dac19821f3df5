// Decides about many commands and records the accepted ones together. A refused one becomes a row.
#include <algorithm>

#include "extension/boundary/enter.hpp"
#include "extension/boundary/in_subtransaction.hpp"
#include "extension/boundary/refusal_of.hpp"
#include "extension/command_center/arguments.hpp"
#include "extension/command_center/catalogue/reading.hpp"
#include "extension/command_center/execute/accept.hpp"
#include "extension/command_center/execute/answer.hpp"
#include "extension/command_center/execute/decide.hpp"
#include "extension/command_center/execute/handler.hpp"
#include "extension/command_center/execute/record.hpp"
#include "extension/command_center/features/features.hpp"
#include "extension/command_center/refusal.hpp"
#include "extension/core/error/error.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kMostCommands = 10'000;
constexpr int kRefusalColumns = 4;
constexpr int kOutcomeColumns = 1 + kAcceptanceColumns + kRefusalColumns;

// One command of the batch. Plain data.
struct Item {
  RequestArguments arguments;
  bool missing;  // the array holds NULL here
  Request request;
  Acceptance acceptance;
  boundary::Refusal refusal;
};

struct Batch {
  Item* items;
  int count;
  Acceptance** pending;  // decided and claimed, not recorded
  int pending_count;
};

// --- reading ---

RequestArguments fields_of(Datum command) {
  HeapTupleHeader header = DatumGetHeapTupleHeader(command);
  TupleDesc row_type =
      lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header), HeapTupleHeaderGetTypMod(header));
  if (row_type->natts != kRequestArguments)
    elog(ERROR, "command_request was altered: it has %d fields", row_type->natts);
  HeapTupleData tuple = {};
  tuple.t_len = HeapTupleHeaderGetDatumLength(header);
  ItemPointerSetInvalid(&tuple.t_self);
  tuple.t_data = header;
  RequestArguments arguments = {};
  heap_deform_tuple(&tuple, row_type, arguments.values, arguments.nulls);
  ReleaseTupleDesc(row_type);
  return arguments;
}

Batch read_batch(ArrayType* commands) {
  std::int16_t length = 0;
  bool by_value = false;
  char alignment = 0;
  get_typlenbyvalalign(ARR_ELEMTYPE(commands), &length, &by_value, &alignment);
  Datum* elements = nullptr;
  bool* nulls = nullptr;
  int count = 0;
  deconstruct_array(commands, ARR_ELEMTYPE(commands), length, by_value, alignment, &elements, &nulls, &count);
  if (count > kMostCommands) {
    refuse("KC014", psprintf("batch of %d commands is above the limit of %d", count, kMostCommands));
  }
  Batch batch = {};
  batch.count = count;
  batch.items = static_cast<Item*>(palloc0(sizeof(Item) * static_cast<std::size_t>(count + 1)));
  batch.pending = static_cast<Acceptance**>(palloc0(sizeof(void*) * static_cast<std::size_t>(count + 1)));
  for (int i = 0; i < count; ++i) {
    batch.items[i].missing = nulls[i];
    if (!nulls[i]) batch.items[i].arguments = fields_of(elements[i]);
  }
  return batch;
}

// --- executing ---

void flush(Batch& batch) {
  record(batch.pending, batch.pending_count);
  batch.pending_count = 0;
}

void decide_item(Item& item) {
  if (item.missing) throw Error(sqlstate::kNullArgument, "command must not be null");
  item.request = read_request(item.arguments);
  item.acceptance = {};
  item.acceptance.request = &item.request;
  decide(Purpose::kExecute, InProgress::kRefuse, item.acceptance);
}

boundary::Refusal refusal_from(const ErrorData* error) {
  boundary::Refusal refusal = {};
  strlcpy(refusal.sqlstate, unpack_sql_state(error->sqlerrcode), sizeof(refusal.sqlstate));
  refusal.message = error->message != nullptr ? error->message : "";
  refusal.detail = error->detail;
  refusal.hint = error->hint;
  return refusal;
}

// What a handler does is undone alone when it fails. What was decided before it is recorded before it.
void execute_handled(Batch& batch, Item& item) {
  flush(batch);
  const auto outcome = boundary::in_subtransaction([&item] { accept(InProgress::kRefuse, item.acceptance); });
  if (!outcome.succeeded()) item.refusal = refusal_from(outcome.error);
  // The handler may have changed the catalogue, or executed commands itself.
  begin_decision();
}

void execute_unhandled(Batch& batch, Item& item) {
  item.refusal = boundary::refusal_of([&item] { claim(InProgress::kRefuse, item.acceptance); });
  if (!item.refusal && !item.acceptance.replayed) batch.pending[batch.pending_count++] = &item.acceptance;
}

bool is_in_progress(const boundary::Refusal& refusal) {
  return refusal && strcmp(refusal.sqlstate, "KC004") == 0;
}

void execute_item(Batch& batch, Item& item) {
  item.refusal = boundary::refusal_of([&item] { decide_item(item); });
  if (is_in_progress(item.refusal) && batch.pending_count > 0) {
    // The first use may be an earlier command of this batch, whose answer is not written yet.
    flush(batch);
    item.refusal = boundary::refusal_of([&item] { decide_item(item); });
  }
  if (item.refusal || item.acceptance.replayed) return;
  if (is_handled(item.acceptance)) {
    execute_handled(batch, item);
  } else {
    execute_unhandled(batch, item);
  }
}

[[noreturn]] void raise(const boundary::Refusal& refusal, int ordinal, int count) {
  const char* code = refusal.sqlstate;
  ereport(ERROR, (errcode(MAKE_SQLSTATE(code[0], code[1], code[2], code[3], code[4])),
                  errmsg_internal("%s", refusal.message),
                  refusal.detail != nullptr ? errdetail_internal("%s", refusal.detail) : 0,
                  refusal.hint != nullptr ? errhint("%s", refusal.hint) : 0,
                  errcontext("command %d of %d", ordinal, count)));
  pg_unreachable();
}

enum class Refused { kBecomesRow, kIsRaised };

void execute_batch(Batch& batch, Refused refused) {
  begin_decision();
  for (int i = 0; i < batch.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    execute_item(batch, batch.items[i]);
    if (!batch.items[i].refusal) continue;
    give_back_tokens(batch.items[i].acceptance.tokens);
    if (refused == Refused::kIsRaised) raise(batch.items[i].refusal, i + 1, batch.count);
  }
  flush(batch);
}

// --- answering ---

void put_outcomes(FunctionCallInfo fcinfo, const Batch& batch) {
  const auto* const results = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const auto text = [](const char* value) {
    return value != nullptr ? CStringGetTextDatum(value) : Datum{0};
  };
  for (int i = 0; i < batch.count; ++i) {
    const Item& item = batch.items[i];
    Datum values[kOutcomeColumns] = {};
    bool nulls[kOutcomeColumns] = {};
    std::fill_n(nulls, kOutcomeColumns, true);
    values[0] = Int32GetDatum(i + 1);
    nulls[0] = false;
    if (!item.refusal) {
      fill_acceptance(item.acceptance, values + 1, nulls + 1);
    } else {
      values[1] = text("refused");
      nulls[1] = false;
      if (!item.missing && !item.arguments.nulls[0]) {
        values[3] = item.arguments.values[0];
        nulls[3] = false;
      }
      const char* const columns[kRefusalColumns] = {item.refusal.sqlstate, item.refusal.message,
                                                    item.refusal.detail, item.refusal.hint};
      for (int column = 0; column < kRefusalColumns; ++column) {
        values[1 + kAcceptanceColumns + column] = text(columns[column]);
        nulls[1 + kAcceptanceColumns + column] = columns[column] == nullptr;
      }
    }
    tuplestore_putvalues(results->setResult, results->setDesc, values, nulls);
  }
}

Datum execute_commands(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, 0, "commands");
  require_argument(fcinfo, 1, "all_or_nothing");
  InitMaterializedSRF(fcinfo, 0);
  Batch batch = read_batch(PG_GETARG_ARRAYTYPE_P(0));
  execute_batch(batch, PG_GETARG_BOOL(1) ? Refused::kIsRaised : Refused::kBecomesRow);
  put_outcomes(fcinfo, batch);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_execute_commands);
}

Datum command_center_execute_commands(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::execute_commands(fcinfo); });
}
