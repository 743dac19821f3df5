// Decides about many commands and records the accepted ones together. A refused one becomes a row.
#include <algorithm>

#include "extension/boundary/enter.hpp"
#include "extension/boundary/in_subtransaction.hpp"
#include "extension/boundary/refusal_of.hpp"
#include "extension/command_center/catalogue/decision.hpp"
#include "extension/command_center/execute/accept.hpp"
#include "extension/command_center/execute/answer.hpp"
#include "extension/command_center/execute/batch_element.hpp"
#include "extension/command_center/execute/decide.hpp"
#include "extension/command_center/execute/handler.hpp"
#include "extension/command_center/execute/record.hpp"
#include "extension/command_center/features/features.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/command_center/trace_warning.hpp"
#include "extension/core/error/error.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/reading.hpp"
#include "extension/server/family.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/row_type.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kMostCommands = 10'000;
constexpr int kRefusalColumns = 4;
constexpr int kOutcomeColumns = 1 + kAcceptanceColumns + kRefusalColumns;
// Of command_center.command_request and command_outcome.
constexpr Oid kRequestTypes[kRequestArguments] = {TEXTOID, JSONBOID, UUIDOID, JSONBOID, TEXTOID,
                                                  TEXTOID, UUIDOID,  TEXTOID, TEXTOID};
constexpr Oid kOutcomeTypes[kOutcomeColumns] = {INT4OID, TEXTOID, UUIDOID, TEXTOID,  TEXTOID,
                                                TEXTOID, TEXTOID, BOOLOID, JSONBOID, TEXTOID,
                                                TEXTOID, TEXTOID, TEXTOID};
constexpr Size kMostJsonBytes = Size{128} * 1024 * 1024;
constexpr Size kMostPendingBytes = Size{16} * 1024 * 1024;

// One command of the batch. Plain data.
struct Item {
  int ordinal;
  RequestArguments arguments;
  bool missing;  // the array holds NULL here
  Request request;
  Acceptance acceptance;
  boundary::Refusal refusal;
  ErrorData* handler_error;  // what the refusal comes from, if the handler failed
};

struct Batch {
  Datum* commands;
  bool* nulls;
  JsonbContainer* document;  // the commands, where they come as JSON; null: they are the two above
  int count;
  int done;              // how many have been taken
  Acceptance** pending;  // decided and claimed, not recorded
  int pending_count;
  int dropped_traceparents;
};

// --- reading ---

RequestArguments fields_of(Datum command) {
  RequestArguments arguments = {};
  read_row(command, kRequestTypes, arguments.values, arguments.nulls);
  return arguments;
}

void make_room(Batch& batch) {
  if (batch.count > kMostCommands) {
    refuse("KC014", psprintf("batch of %d commands is above the limit of %d", batch.count, kMostCommands));
  }
  batch.pending =
      static_cast<Acceptance**>(palloc0(sizeof(void*) * static_cast<std::size_t>(batch.count + 1)));
}

Batch read_batch(ArrayType* commands) {
  std::int16_t length = 0;
  bool by_value = false;
  char alignment = 0;
  get_typlenbyvalalign(ARR_ELEMTYPE(commands), &length, &by_value, &alignment);
  Batch batch = {};
  deconstruct_array(commands, ARR_ELEMTYPE(commands), length, by_value, alignment, &batch.commands,
                    &batch.nulls, &batch.count);
  make_room(batch);
  return batch;
}

void check_json_size(Size bytes) {
  if (bytes <= kMostJsonBytes) return;
  refuse("KC014", psprintf("batch of %zu bytes is above the limit of %zu", bytes, kMostJsonBytes), nullptr,
         "Send it in several calls.");
}

Batch read_batch(Jsonb* commands) {
  check_json_size(VARSIZE(commands));
  Batch batch = {};
  batch.document = &commands->root;
  if (!JsonContainerIsArray(batch.document) || JsonContainerIsScalar(batch.document)) {
    refuse("KC013", "batch must be a JSON array of commands", nullptr,
           R"(It looks like [{"commandName": "...", "tenantId": "...", "payload": {...}}, ...].)");
  }
  batch.count = static_cast<int>(JsonContainerSize(batch.document));
  make_room(batch);
  return batch;
}

// An array of command_request as text, as a literal without a type was in 0.2.0.
ArrayType* parse_requests(char* text) {
  const Oid type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("command_request"),
                                   ObjectIdGetDatum(get_namespace_oid("command_center", false)));
  Oid input = InvalidOid;
  Oid parameter = InvalidOid;
  getTypeInputInfo(get_array_type(type), &input, &parameter);
  return DatumGetArrayTypeP(OidInputFunctionCall(input, text, parameter, -1));
}

// The text form of an array begins with a brace, or with its bounds: [1:2]={...}. No array of JSON does. Its
// commands are in parentheses, so what has a name in quotes there is a single command as JSON.
bool is_array_of_requests(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const std::size_t brace = text.find_first_not_of("[]0123456789:+-= \t\r\n\f\v");
  if (brace == std::string_view::npos || text[brace] != '{') return false;
  const std::string_view bounds = text.substr(0, brace);
  if (bounds.find('[') != std::string_view::npos) return bounds.find('=') != std::string_view::npos;
  const std::size_t quote = text.find_first_not_of(kSpace, brace + 1);
  if (quote == std::string_view::npos || text[quote] != '"') return true;
  const std::size_t first = text.find_first_not_of(kSpace, quote + 1);
  return first == std::string_view::npos || text[first] == '(';
}

Batch read_batch(std::string_view text) {
  check_json_size(text.size());
  char* terminated = pnstrdup(text.data(), text.size());
  if (is_array_of_requests(text)) return read_batch(parse_requests(terminated));
  return read_batch(DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(terminated))));
}

Item* next_item(Batch& batch) {
  auto* item = static_cast<Item*>(palloc0(sizeof(Item)));
  if (batch.document != nullptr) {
    for (bool& null : item->arguments.nulls) null = true;
  } else {
    item->missing = batch.nulls[batch.done];
    if (!item->missing) item->arguments = fields_of(batch.commands[batch.done]);
  }
  item->ordinal = ++batch.done;
  return item;
}

// --- executing ---

// `to_come`: how many may be recorded afterwards.
void flush(Batch& batch, int to_come) {
  record(batch.pending, batch.pending_count, to_come);
  batch.pending_count = 0;
}

// The item at hand has yet to be recorded.
void flush_before_item(Batch& batch) {
  flush(batch, batch.count - batch.done + 1);
}

void decide_item(const Batch& batch, Item& item) {
  if (batch.document != nullptr) read_element(batch.document, item.ordinal - 1, item.arguments);
  if (item.missing) throw Error(sqlstate::kNullArgument, "command must not be null");
  item.request = read_request(item.arguments);
  item.acceptance = {};
  item.acceptance.request = &item.request;
  decide(Purpose::kExecute, InProgress::kRefuse, item.acceptance);
}

// A row has no context to say whose error it is.
boundary::Refusal refusal_from(const ErrorData* error, std::string_view service) {
  boundary::Refusal refusal = {};
  strlcpy(refusal.sqlstate, unpack_sql_state(error->sqlerrcode), sizeof(refusal.sqlstate));
  refusal.message = error->message != nullptr ? error->message : "";
  refusal.detail = error->detail;
  refusal.hint = error->hint;
  if (refusal.hint == nullptr)
    refusal.hint = psprintf("See the handler of service \"%s\".", zero_terminated(service));
  return refusal;
}

struct Place {
  int ordinal;
  int count;
};

void name_command(void* argument) {
  const auto* const place = static_cast<const Place*>(argument);
  errcontext("command %d of %d", place->ordinal, place->count);
}

// What a handler does is undone alone when it fails. What was decided before it is recorded before it.
void execute_handled(Batch& batch, Item& item) {
  flush_before_item(batch);
  Place place = {item.ordinal, batch.count};
  ErrorContextCallback context = {error_context_stack, name_command, &place};
  error_context_stack = &context;
  const int to_come = batch.count - batch.done;
  const auto outcome = boundary::in_subtransaction(
      [&item, to_come] { accept(InProgress::kRefuse, item.acceptance, to_come); });
  error_context_stack = context.previous;
  if (!outcome.succeeded()) {
    item.handler_error = outcome.error;
    item.refusal = refusal_from(outcome.error, item.acceptance.target);
  }
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
  item.refusal = boundary::refusal_of([&batch, &item] { decide_item(batch, item); });
  if (is_in_progress(item.refusal) && batch.pending_count > 0) {
    // The first use may be an earlier command of this batch, whose answer is not written yet.
    flush_before_item(batch);
    item.refusal = boundary::refusal_of([&batch, &item] { decide_item(batch, item); });
  }
  if (item.refusal || item.acceptance.replayed) return;
  if (is_handled(item.acceptance)) {
    execute_handled(batch, item);
  } else {
    execute_unhandled(batch, item);
  }
}

[[noreturn]] void raise(const Item& item, int count) {
  if (item.handler_error != nullptr) ReThrowError(item.handler_error);
  const boundary::Refusal& refusal = item.refusal;
  const char* code = refusal.sqlstate;
  ereport(ERROR, (errcode(MAKE_SQLSTATE(code[0], code[1], code[2], code[3], code[4])),
                  errmsg_internal("%s", refusal.message),
                  refusal.detail != nullptr ? errdetail_internal("%s", refusal.detail) : 0,
                  refusal.hint != nullptr ? errhint("%s", refusal.hint) : 0,
                  errcontext("command %d of %d", item.ordinal, count)));
  pg_unreachable();
}

// --- answering ---

void put_outcome(ReturnSetInfo* results, const Item& item) {
  const auto text = [](const char* value) {
    return value != nullptr ? CStringGetTextDatum(value) : Datum{0};
  };
  Datum values[kOutcomeColumns] = {};
  bool nulls[kOutcomeColumns] = {};
  std::fill_n(nulls, kOutcomeColumns, true);
  const auto put = [&](int column, Datum value) {
    values[column] = value;
    nulls[column] = false;
  };
  put(0, Int32GetDatum(item.ordinal));
  if (!item.refusal) {
    fill_acceptance(item.acceptance, values + 1, nulls + 1);
  } else {
    put(1, text("refused"));
    if (!item.missing && !item.arguments.nulls[0]) put(3, item.arguments.values[0]);
    if (!item.acceptance.target.empty()) put(4, text_datum(item.acceptance.target));
    const char* const columns[kRefusalColumns] = {item.refusal.sqlstate, item.refusal.message,
                                                  item.refusal.detail, item.refusal.hint};
    for (int i = 0; i < kRefusalColumns; ++i) {
      if (columns[i] != nullptr) put(1 + kAcceptanceColumns + i, text(columns[i]));
    }
  }
  tuplestore_putvalues(results->setResult, results->setDesc, values, nulls);
}

// The transaction has to run again, whoever met the conflict.
bool ends_the_call(const boundary::Refusal& refusal) {
  return strncmp(refusal.sqlstate, "40", 2) == 0;
}

enum class Refused { kBecomesRow, kIsRaised };

// --- locks of handlers of ours ---

// Without a word about what is wrong with it: that is told when its turn comes.
bool peek(const Batch& batch, int place, IsOurs is_ours, ComingCommand& command) {
  if (batch.document != nullptr) return peek_element(batch.document, place, is_ours, command);
  if (batch.nulls[place]) return false;
  const RequestArguments arguments = fields_of(batch.commands[place]);
  if (arguments.nulls[0] || arguments.nulls[1] || arguments.nulls[2]) return false;
  command = {text_view(arguments.values[0]), uuid_value(arguments.values[2]), arguments.values[1]};
  return true;
}

// Whoever may not act for a tenant shall not lock anything of it either.
bool may_act_for(const identifiers::Uuid& tenant_id) {
  return !boundary::refusal_of([&tenant_id] { check_caller(tenant_id); });
}

void take_locks_of(const Extension& extension, const Batch& batch) {
  if (!is_in_use(extension)) return;
  const CommandLocks& locks = *extension.command_locks;
  auto* coming = static_cast<ComingCommand*>(
      palloc(sizeof(ComingCommand) * (static_cast<std::size_t>(batch.count) + 1)));
  int count = 0;
  for (int i = 0; i < batch.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    ComingCommand& command = coming[count];
    if (!peek(batch, i, locks.is_ours, command) || !locks.is_ours(command.name)) continue;
    const bool is_same = count > 0 && coming[count - 1].tenant_id == command.tenant_id;
    if (is_same || may_act_for(command.tenant_id)) ++count;
  }
  // One alone takes what it needs in order anyway.
  if (count > 1) locks.take(coming, count);
}

void take_locks_of_handlers(const Batch& batch) {
  if (batch.count < 2) return;
  MemoryContext memory =
      AllocSetContextCreate(CurrentMemoryContext, "command_center locks", ALLOCSET_DEFAULT_SIZES);
  MemoryContext calling = MemoryContextSwitchTo(memory);
  const Family all = family();
  for (int i = 0; i < all.count; ++i) {
    if (all.extensions[i]->command_locks != nullptr) take_locks_of(*all.extensions[i], batch);
  }
  MemoryContextSwitchTo(calling);
  MemoryContextDelete(memory);
}

// The memory of commands is theirs until they are recorded: a batch may be larger than the server.
void execute_batch(Batch& batch, Refused refused, ReturnSetInfo* results) {
  begin_decision();
  take_locks_of_handlers(batch);
  // That may have waited for long.
  begin_decision();
  MemoryContext memory =
      AllocSetContextCreate(CurrentMemoryContext, "command_center batch", ALLOCSET_DEFAULT_SIZES);
  MemoryContext calling = MemoryContextSwitchTo(memory);
  while (batch.done < batch.count) {
    CHECK_FOR_INTERRUPTS();
    Item& item = *next_item(batch);
    execute_item(batch, item);
    if (item.request.has_invalid_traceparent) ++batch.dropped_traceparents;
    if (item.refusal) {
      give_back_tokens(item.acceptance.tokens);
      if (refused == Refused::kIsRaised || ends_the_call(item.refusal)) raise(item, batch.count);
    }
    put_outcome(results, item);
    if (MemoryContextMemAllocated(memory, true) > kMostPendingBytes) flush(batch, batch.count - batch.done);
    if (batch.pending_count == 0) MemoryContextReset(memory);
  }
  flush(batch, 0);
  MemoryContextSwitchTo(calling);
  MemoryContextDelete(memory);
  warn_of_dropped_traceparents(batch.dropped_traceparents);
}

Batch read_requests(FunctionCallInfo fcinfo) {
  return read_batch(PG_GETARG_ARRAYTYPE_P(0));
}

Batch read_json(FunctionCallInfo fcinfo) {
  return read_batch(PG_GETARG_JSONB_P(0));
}

Batch read_text(FunctionCallInfo fcinfo) {
  return read_batch(text_argument(fcinfo, 0));
}

Datum execute_commands(FunctionCallInfo fcinfo, Batch (*read)(FunctionCallInfo)) {
  require_argument(fcinfo, 0, "commands");
  require_argument(fcinfo, 1, "all_or_nothing");
  open_rows(fcinfo, kOutcomeTypes);
  Batch batch = read(fcinfo);
  execute_batch(batch, PG_GETARG_BOOL(1) ? Refused::kIsRaised : Refused::kBecomesRow,
                reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo));
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_execute_commands);
PG_FUNCTION_INFO_V1(command_center_execute_commands_jsonb);
PG_FUNCTION_INFO_V1(command_center_execute_commands_text);
}

Datum command_center_execute_commands(PG_FUNCTION_ARGS) {
  using namespace command_center::extension;
  return command_center::boundary::enter([fcinfo] { return execute_commands(fcinfo, read_requests); });
}

Datum command_center_execute_commands_jsonb(PG_FUNCTION_ARGS) {
  using namespace command_center::extension;
  return command_center::boundary::enter([fcinfo] { return execute_commands(fcinfo, read_json); });
}

Datum command_center_execute_commands_text(PG_FUNCTION_ARGS) {
  using namespace command_center::extension;
  return command_center::boundary::enter([fcinfo] { return execute_commands(fcinfo, read_text); });
}
