// Lists dead letters, gives them to their handler again, and writes down that they need that no more.
#include "extension/boundary/enter.hpp"
#include "extension/boundary/in_subtransaction.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/lifecycle/replay.hpp"
#include "extension/command_center/subscriptions/message_handler.hpp"
#include "extension/command_center/subscriptions/subscription.hpp"
#include "extension/core/subscriptions/transient.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kSubscription, kReason, kIds, kMaxMessages, kActor };

constexpr int kMostRows = 10'000;

#define IS_DONE                                                   \
  "EXISTS (SELECT FROM command_center.dead_letter_events AS done" \
  " WHERE done.dead_letter_id = letter.dead_letter_id AND done.kind IN ('replayed', 'discarded'))"

Statement select_listed = {
    kInstallation,
    "SELECT letter.dead_letter_id, letter.subscription, coalesce(last.status, 'waiting'), failed_at, topic,"
    " partition, \"offset\", key, value, headers, attempts, letter.sqlstate, letter.error, detail,"
    " last.at, last.error"
    " FROM command_center.dead_letters AS letter LEFT JOIN LATERAL ("
    "  SELECT at, error, CASE WHEN kind = 'failed' THEN 'waiting' ELSE kind END AS status"
    "  FROM command_center.dead_letter_events AS event WHERE event.dead_letter_id = letter.dead_letter_id"
    "  ORDER BY kind = 'failed', at DESC LIMIT 1) AS last ON true"
    " WHERE (letter.subscription = $1 OR $1 IS NULL) AND (letter.dead_letter_id > $3 OR $3 IS NULL)"
    " AND (coalesce(last.status, 'waiting') = $2 OR $2 IS NULL)"
    " ORDER BY letter.dead_letter_id LIMIT $4",
    4,
    {TEXTOID, TEXTOID, UUIDOID, INT4OID}};

Statement select_waiting = {
    kInstallation,
    "SELECT dead_letter_id, topic, partition, \"offset\", message_timestamp, key, value, headers"
    " FROM command_center.dead_letters AS letter WHERE subscription = $1"
    " AND (dead_letter_id = ANY ($2) OR $2 IS NULL) AND NOT " IS_DONE " ORDER BY dead_letter_id LIMIT $3",
    3,
    {TEXTOID, UUIDARRAYOID, INT4OID}};

Statement insert_event = {
    kInstallation,
    "INSERT INTO command_center.dead_letter_events (dead_letter_id, at, kind, who, why, sqlstate, error)"
    " SELECT $1, greatest(clock_timestamp(), (SELECT max(at) + interval '1 microsecond'"
    "  FROM command_center.dead_letter_events WHERE dead_letter_id = $1)), $2, $3, $4, $5, $6",
    6,
    {UUIDOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}};

Statement describe_audit = {
    kInstallation, "SELECT jsonb_build_object('deadLetters', $1, 'failed', $2)", 2, {INT4OID, INT4OID}};

// A dead letter that waits, and what became of it. Plain data.
struct Letter {
  identifiers::Uuid id;
  Message message;
  const char* kind;
  const char* sqlstate;  // null: it did not fail
  const char* error;
};

struct Letters {
  Letter* letters;
  int count;
};

int rows_argument(FunctionCallInfo fcinfo, int argument, const char* name) {
  require_argument(fcinfo, argument, name);
  const int rows = PG_GETARG_INT32(argument);
  if (rows < 1 || rows > kMostRows) refuse("22023", psprintf("%s must be between 1 and %d", name, kMostRows));
  return rows;
}

// --- listing ---

// Of the statement above; key and value are text in the answer.
constexpr Oid kListedTypes[] = {UUIDOID, TEXTOID,  TEXTOID,        TIMESTAMPTZOID, TEXTOID, INT4OID,
                                INT8OID, BYTEAOID, BYTEAOID,       JSONBOID,       INT4OID, TEXTOID,
                                TEXTOID, TEXTOID,  TIMESTAMPTZOID, TEXTOID};
constexpr int kListedColumns = 16;

bool is_text(Datum bytes) {
  const std::string_view view = text_view(bytes);
  return pg_verify_mbstr(PG_UTF8, view.data(), static_cast<int>(view.size()), true);
}

void put_listed(const ReturnSetInfo* result, std::uint64_t rows) {
  for (std::uint64_t row = 0; row < rows; ++row) {
    Datum values[kListedColumns] = {};
    bool nulls[kListedColumns] = {};
    for (int column = 0; column < kListedColumns; ++column) {
      nulls[column] = is_null(row, column);
      if (nulls[column]) continue;
      values[column] = value(row, column, kListedTypes[column]);
      if (kListedTypes[column] == BYTEAOID) nulls[column] = !is_text(values[column]);
    }
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  }
}

Datum list_dead_letters(FunctionCallInfo fcinfo) {
  if (!PG_ARGISNULL(1)) {
    const std::string_view status = text_argument(fcinfo, 1);
    if (status != "waiting" && status != "replayed" && status != "discarded")
      refuse("22023", "status must be waiting, replayed or discarded");
  }
  (void)rows_argument(fcinfo, 3, "max_rows");
  (void)installed_relation(kInstallation, "dead_letters");
  InitMaterializedSRF(fcinfo, 0);
  const OwnerSession session = open_session(kInstallation);
  Parameters parameters;
  for (int argument = 0; argument < 4; ++argument) parameters.add_argument(fcinfo, argument);
  const std::uint64_t rows = read(select_listed, parameters);
  put_listed(reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo), rows);
  close_session(session);
  return Datum{0};
}

// --- what waits ---

// KC015 for a NULL where a message has none.
void keep(Message& message, MessageColumn column, int from, Oid type, std::uint64_t row) {
  const bool may_be_null =
      column == kMessageTimestamp || column == kMessageKeyBytes || column == kMessageValueBytes;
  message.nulls[column] = may_be_null && is_null(row, from);
  if (message.nulls[column]) return;
  const TypeCacheEntry* known = lookup_type_cache(type, 0);
  message.values[column] = datumCopy(value(row, from, type), known->typbyval, known->typlen);
}

Letter read_letter(std::uint64_t row) {
  Letter letter = {};
  for (bool& null : letter.message.nulls) null = true;
  letter.id = uuid_value(value(row, 0, UUIDOID));
  keep(letter.message, kMessageTopic, 1, TEXTOID, row);
  keep(letter.message, kMessagePartition, 2, INT4OID, row);
  keep(letter.message, kMessageOffset, 3, INT8OID, row);
  keep(letter.message, kMessageTimestamp, 4, TIMESTAMPTZOID, row);
  keep(letter.message, kMessageKeyBytes, 5, BYTEAOID, row);
  keep(letter.message, kMessageValueBytes, 6, BYTEAOID, row);
  keep(letter.message, kMessageHeaderList, 7, JSONBOID, row);
  complete_message(letter.message);
  return letter;
}

int distinct_ids(Datum array) {
  const ArrayType* ids = DatumGetArrayTypeP(array);
  return ArrayGetNItems(ARR_NDIM(ids), ARR_DIMS(ids));
}

// Nobody else replays or discards them until the transaction ends. `memory` is the caller's.
Letters lock_letters(FunctionCallInfo fcinfo, std::string_view subscription, MemoryContext memory) {
  (void)installed_relation(kInstallation, "dead_letters");
  lock_dead_letters(subscription);
  Parameters parameters;
  parameters.add_text(subscription);
  parameters.add_argument(fcinfo, kIds);
  parameters.add_argument(fcinfo, kMaxMessages);
  const std::uint64_t rows = run_with_latest_snapshot(select_waiting, parameters);
  if (!PG_ARGISNULL(kIds) && rows < static_cast<std::uint64_t>(distinct_ids(PG_GETARG_DATUM(kIds))) &&
      rows < static_cast<std::uint64_t>(PG_GETARG_INT32(kMaxMessages))) {
    refuse("KC002",
           psprintf("subscription \"%s\" has no such dead letter that waits", zero_terminated(subscription)),
           nullptr, "command_center.list_dead_letters() has those that do.");
  }
  MemoryContext session = MemoryContextSwitchTo(memory);
  Letters found = {static_cast<Letter*>(palloc0(sizeof(Letter) * (rows + 1))), static_cast<int>(rows)};
  for (std::uint64_t row = 0; row < rows; ++row) found.letters[row] = read_letter(row);
  MemoryContextSwitchTo(session);
  return found;
}

void write_events(const Letters& letters, std::string_view who, std::string_view why) {
  for (int i = 0; i < letters.count; ++i) {
    const Letter& letter = letters.letters[i];
    Parameters row;
    row.add(uuid_datum(letter.id));
    row.add_text(letter.kind);
    row.add_text(who);
    row.add_text(why);
    row.add_text_or_null(letter.sqlstate != nullptr ? std::string_view(letter.sqlstate) : std::string_view());
    row.add_text_or_null(letter.error != nullptr ? std::string_view(letter.error) : std::string_view());
    (void)run(insert_event, row);
  }
}

// Who and why come as those of replay_dispatch do.
void record(const char* action, std::string_view subscription, const Letters& letters,
            const ReplayRequest& words, Oid caller) {
  if (letters.count == 0) return;
  const char* const role = GetUserNameFromId(caller, false);
  write_events(letters, words.actor.data() != nullptr ? words.actor : role, words.reason);
  int failed = 0;
  for (int i = 0; i < letters.count; ++i) failed += letters.letters[i].sqlstate != nullptr ? 1 : 0;
  Parameters numbers;
  numbers.add_int(letters.count);
  numbers.add_int(failed);
  (void)run(describe_audit, numbers);
  audit(action, psprintf("subscription %s", zero_terminated(subscription)), Datum{0}, value(0, 0, JSONBOID),
        zero_terminated(words.reason), zero_terminated(words.actor));
}

// --- replaying ---

void replay(const MessageHandler& handler, Letter& letter) {
  const Message* message = &letter.message;
  const auto outcome =
      boundary::in_subtransaction([&handler, message] { call_handler(handler, &message, 1); });
  letter.kind = outcome.succeeded() ? "replayed" : "failed";
  if (outcome.succeeded()) return;
  const char* sqlstate = unpack_sql_state(outcome.error->sqlerrcode);
  if (subscriptions::is_transient(sqlstate)) ReThrowError(outcome.error);
  letter.sqlstate = pstrdup(sqlstate);
  letter.error = outcome.error->message;
}

void put_outcome(const ReturnSetInfo* result, const Letter& letter) {
  Datum values[] = {uuid_datum(letter.id), CStringGetTextDatum(letter.kind), Datum{0}, Datum{0}};
  bool nulls[] = {false, false, letter.sqlstate == nullptr, letter.error == nullptr};
  if (letter.sqlstate != nullptr) values[2] = CStringGetTextDatum(letter.sqlstate);
  if (letter.error != nullptr) values[3] = CStringGetTextDatum(letter.error);
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum replay_dead_letters(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kSubscription, "subscription");
  ReplayRequest words = {};
  read_who_and_why(fcinfo, kReason, kActor, words);
  (void)rows_argument(fcinfo, kMaxMessages, "max_messages");
  PreventCommandIfReadOnly("replay_dead_letters");
  InitMaterializedSRF(fcinfo, 0);
  const std::string_view name = text_argument(fcinfo, kSubscription);
  MemoryContext memory = CurrentMemoryContext;
  OwnerSession session = open_session(kInstallation);
  const Letters letters = lock_letters(fcinfo, name, memory);
  const Subscription subscription = find_subscription(name);
  close_session(session);
  const MessageHandler handler = find_message_handler(subscription.handler);
  for (int i = 0; i < letters.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    replay(handler, letters.letters[i]);
  }
  session = open_session(kInstallation);
  record("replay_dead_letters", name, letters, words, session.identity.user);
  close_session(session);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  for (int i = 0; i < letters.count; ++i) put_outcome(result, letters.letters[i]);
  return Datum{0};
}

Datum discard_dead_letters(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kSubscription, "subscription");
  ReplayRequest words = {};
  read_who_and_why(fcinfo, kReason, kActor, words);
  (void)rows_argument(fcinfo, kMaxMessages, "max_messages");
  const std::string_view name = text_argument(fcinfo, kSubscription);
  MemoryContext memory = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  const Letters letters = lock_letters(fcinfo, name, memory);
  for (int i = 0; i < letters.count; ++i) letters.letters[i].kind = "discarded";
  record("discard_dead_letters", name, letters, words, session.identity.user);
  close_session(session);
  return Int32GetDatum(letters.count);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_discard_dead_letters);
PG_FUNCTION_INFO_V1(command_center_list_dead_letters);
PG_FUNCTION_INFO_V1(command_center_replay_dead_letters);
}

Datum command_center_discard_dead_letters(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::discard_dead_letters(fcinfo); });
}

Datum command_center_list_dead_letters(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::list_dead_letters(fcinfo); });
}

Datum command_center_replay_dead_letters(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::replay_dead_letters(fcinfo); });
}
