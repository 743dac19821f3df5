// Applies a batch of messages: all at once where nothing fails, and one by one otherwise, so that what fails
// undoes itself alone. Offsets advance in the same transaction.
#include <algorithm>

#include "extension/boundary/enter.hpp"
#include "extension/boundary/in_subtransaction.hpp"
#include "extension/boundary/refusal_of.hpp"
#include "extension/command_center/catalogue/decision.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/command_center/subscriptions/dead_letter.hpp"
#include "extension/command_center/subscriptions/event_check.hpp"
#include "extension/command_center/subscriptions/message_handler.hpp"
#include "extension/command_center/subscriptions/offsets.hpp"
#include "extension/command_center/subscriptions/subscription.hpp"
#include "extension/core/subscriptions/transient.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/row_type.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kSubscription, kSubscriptionId, kExpected, kMessages };

constexpr int kMostPartitions = 64;
constexpr int kMostMessages = 10'000;
constexpr Oid kAnswerTypes[] = {TEXTOID, INT4OID, TEXTOID, INT8OID, INT4OID,
                                INT4OID, INT4OID, TEXTOID, TEXTOID};
constexpr int kAnswerColumns = 9;

enum class Verdict { kHandled, kFiltered, kRefused };

// A message with what was decided before any handler runs.
struct Item {
  Message message;
  int partition;  // among those of the batch
  Verdict verdict;
  boundary::Refusal refusal;
};

enum class Standing { kApplied, kFailed, kMoved, kUntouched };

// What has become of a partition. Plain data.
struct Progress {
  Position position;  // its next_offset grows
  Standing standing;
  StoredOffset before;
  int handled;
  int filtered;
  int dead_letters;
  bool has_timestamp;
  std::int64_t timestamp;
  Failure failure;
};

struct Batch {
  Subscription subscription;
  MessageHandler handler;
  Progress* partitions;
  int partition_count;
  Item* items;
  int count;
  DeadLetter* letters;
  int letter_count;
};

// --- reading ---

void read_partitions(FunctionCallInfo fcinfo, Batch& batch) {
  const Positions expected = read_positions(PG_GETARG_DATUM(kExpected), kMostPartitions);
  batch.partition_count = expected.count;
  batch.partitions =
      static_cast<Progress*>(palloc0(sizeof(Progress) * static_cast<std::size_t>(expected.count + 1)));
  for (int i = 0; i < expected.count; ++i) batch.partitions[i].position = expected.positions[i];
}

int partition_of(const Batch& batch, const Message& message) {
  for (int i = 0; i < batch.partition_count; ++i) {
    const Position& position = batch.partitions[i].position;
    if (position.partition == message.partition && position.topic == message.topic) return i;
  }
  refuse("22023", psprintf("partition %s/%d of a message has no expected position",
                           zero_terminated(message.topic), message.partition));
}

// `through`: the least offset that the next message of each partition may have.
void check_order(const Item& item, std::int64_t* through) {
  if (item.message.offset < through[item.partition]) {
    refuse("22023", psprintf("message %s/%d@" INT64_FORMAT " is not at or after offset " INT64_FORMAT,
                             zero_terminated(item.message.topic), item.message.partition, item.message.offset,
                             through[item.partition]));
  }
  through[item.partition] = item.message.offset + 1;
}

void read_messages(FunctionCallInfo fcinfo, Batch& batch) {
  ArrayType* rows = PG_GETARG_ARRAYTYPE_P(kMessages);
  Datum* elements = nullptr;
  bool* nulls = nullptr;
  deconstruct_array(rows, ARR_ELEMTYPE(rows), -1, false, TYPALIGN_DOUBLE, &elements, &nulls, &batch.count);
  if (batch.count > kMostMessages)
    refuse("KC014", psprintf("%d messages are above the limit of %d", batch.count, kMostMessages));
  const auto size = static_cast<std::size_t>(batch.count) + 1;
  batch.items = static_cast<Item*>(palloc0(sizeof(Item) * size));
  batch.letters = static_cast<DeadLetter*>(palloc0(sizeof(DeadLetter) * size));
  std::int64_t through[kMostPartitions] = {};
  for (int i = 0; i < batch.partition_count; ++i) through[i] = batch.partitions[i].position.next_offset;
  for (int i = 0; i < batch.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    if (nulls[i]) refuse("22004", "message must not be null");
    Item& item = batch.items[i];
    item.message = read_message(elements[i]);
    item.partition = partition_of(batch, item.message);
    check_order(item, through);
  }
}

// --- who may go on ---

void check_topics(const Batch& batch) {
  const TextList& topics = batch.subscription.topics;
  for (int i = 0; i < batch.partition_count; ++i) {
    const std::string_view topic = batch.partitions[i].position.topic;
    if (std::any_of(topics.texts, topics.texts + topics.count,
                    [topic](const char* known) { return topic == known; }))
      continue;
    refuse("KC006",
           psprintf("subscription \"%s\" does not consume topic \"%s\"", batch.subscription.name,
                    zero_terminated(topic)),
           nullptr, "Read it again with command_center.list_subscriptions().");
  }
}

void lock_partitions(const Batch& batch) {
  OwnLock locks[kMostPartitions];
  for (int i = 0; i < batch.partition_count; ++i) {
    const Position& position = batch.partitions[i].position;
    locks[i] = partition_lock(batch.subscription.name, position.topic, position.partition);
  }
  std::sort(locks, locks + batch.partition_count,
            [](const OwnLock& left, const OwnLock& right) { return left.key < right.key; });
  for (int i = 0; i < batch.partition_count; ++i)
    take_lock(locks[i], LockMode::kExclusive, "a partition of the subscription");
}

// Answers whether every expected offset is there: whoever comes second, and whoever does not know that it
// lost its partitions, finds another one.
bool compare_offsets(Batch& batch) {
  Positions asked = {
      static_cast<Position*>(palloc0(sizeof(Position) * static_cast<std::size_t>(batch.partition_count + 1))),
      batch.partition_count};
  for (int i = 0; i < batch.partition_count; ++i) asked.positions[i] = batch.partitions[i].position;
  const StoredOffset* stored = stored_offsets(batch.subscription.id, asked);
  bool all_there = true;
  for (int i = 0; i < batch.partition_count; ++i) {
    Progress& partition = batch.partitions[i];
    partition.before = stored[i];
    if (stored[i].is_there && stored[i].next_offset == partition.position.next_offset) {
      partition.standing = Standing::kUntouched;
    } else {
      partition.standing = Standing::kMoved;
      all_there = false;
    }
  }
  return all_there;
}

// Answers whether the batch may be applied.
bool admit(FunctionCallInfo fcinfo, Batch& batch) {
  const std::string_view name = text_argument(fcinfo, kSubscription);
  const OwnerSession session = open_session(kInstallation);
  lock_subscription(name, LockMode::kShared);
  batch.subscription = expected_subscription(name, uuid_argument(fcinfo, kSubscriptionId));
  if (batch.subscription.is_paused) {
    refuse("KC015", psprintf("subscription \"%s\" is paused", batch.subscription.name), nullptr,
           "command_center.set_subscription(…, status => 'active') lets it go on.");
  }
  check_topics(batch);
  lock_partitions(batch);
  const bool admitted = compare_offsets(batch);
  close_session(session);
  return admitted;
}

// --- applying ---

void judge(const Batch& batch) {
  begin_decision();
  for (int i = 0; i < batch.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    Item& item = batch.items[i];
    if (!passes(batch.subscription.filter, item.message)) {
      item.verdict = Verdict::kFiltered;
      continue;
    }
    item.refusal = check_event(item.message, batch.subscription.schema_check);
    item.verdict = item.refusal ? Verdict::kRefused : Verdict::kHandled;
  }
}

// An error that is no fault of a message ends the call.
void raise_if_transient(ErrorData* error) {
  if (error != nullptr && subscriptions::is_transient(unpack_sql_state(error->sqlerrcode)))
    ReThrowError(error);
}

// Answers the error, or null.
ErrorData* try_messages(const MessageHandler& handler, const Message* const* messages, int count) {
  const auto outcome =
      boundary::in_subtransaction([&handler, messages, count] { call_handler(handler, messages, count); });
  raise_if_transient(outcome.error);
  return outcome.error;
}

// The usual case: nothing fails, and one subtransaction is enough for all. With one message that failed
// there is nothing to try again: `error` is its.
bool apply_whole(const Batch& batch, ErrorData** error) {
  auto** messages =
      static_cast<const Message**>(palloc(sizeof(void*) * (static_cast<std::size_t>(batch.count) + 1)));
  int count = 0;
  for (int i = 0; i < batch.count; ++i) {
    if (batch.items[i].verdict == Verdict::kHandled) messages[count++] = &batch.items[i].message;
  }
  if (count == 0) return true;
  ErrorData* const failed = try_messages(batch.handler, messages, count);
  if (failed != nullptr && count == 1) *error = failed;
  return failed == nullptr;
}

Failure failure_of(const ErrorData* error) {
  return {pstrdup(unpack_sql_state(error->sqlerrcode)),
          error->message != nullptr ? error->message : "unknown error", error->detail};
}

int attempt_at(const Progress& partition, const Item& item) {
  const bool is_first = partition.handled + partition.filtered + partition.dead_letters == 0;
  return is_first && item.verdict == Verdict::kHandled ? partition.position.attempt : 1;
}

void advance(Progress& partition, const Item& item, int& counter) {
  ++counter;
  partition.position.next_offset = item.message.offset + 1;
  if (!item.message.has(kMessageTimestamp)) return;
  partition.has_timestamp = true;
  partition.timestamp = DatumGetTimestampTz(item.message.values[kMessageTimestamp]);
}

// Puts the message aside, or stops its partition so that it can be tried again.
void fail(Batch& batch, const Item& item, const Failure& failure, int attempt, int max_attempts) {
  Progress& partition = batch.partitions[item.partition];
  if (attempt < max_attempts) {
    partition.standing = Standing::kFailed;
    partition.failure = failure;
    return;
  }
  batch.letters[batch.letter_count++] = {&item.message, failure, attempt};
  advance(partition, item, partition.dead_letters);
}

// `done`: its handler has run. `known`: the error that it is known to end with, or null.
void apply_item(Batch& batch, const Item& item, bool done, ErrorData* known) {
  Progress& partition = batch.partitions[item.partition];
  if (partition.standing == Standing::kFailed) return;
  if (item.verdict == Verdict::kFiltered) return advance(partition, item, partition.filtered);
  const int attempt = attempt_at(partition, item);
  if (item.verdict == Verdict::kRefused) {
    // The same schema refuses it the next time.
    return fail(batch, item, {item.refusal.sqlstate, item.refusal.message, item.refusal.detail}, 1, 1);
  }
  const Message* message = &item.message;
  if (!done && known == nullptr) known = try_messages(batch.handler, &message, 1);
  if (known != nullptr) return fail(batch, item, failure_of(known), attempt, batch.subscription.max_attempts);
  advance(partition, item, partition.handled);
}

void apply(Batch& batch) {
  for (int i = 0; i < batch.partition_count; ++i) batch.partitions[i].standing = Standing::kApplied;
  judge(batch);
  ErrorData* error = nullptr;
  const bool done = apply_whole(batch, &error);
  for (int i = 0; i < batch.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    apply_item(batch, batch.items[i], done, error);
  }
}

void record(const Batch& batch) {
  auto* advances =
      static_cast<Advance*>(palloc0(sizeof(Advance) * static_cast<std::size_t>(batch.partition_count + 1)));
  int count = 0;
  for (int i = 0; i < batch.partition_count; ++i) {
    const Progress& partition = batch.partitions[i];
    if (partition.position.next_offset == partition.before.next_offset) continue;
    advances[count++] = {&partition.position, &partition.before, partition.has_timestamp,
                         partition.timestamp};
  }
  const OwnerSession session = open_session(kInstallation);
  store_offsets(batch.subscription.id, advances, count);
  put_aside(batch.subscription, batch.letters, batch.letter_count);
  CommandCounterIncrement();
  close_session(session);
}

// --- answering ---

const char* name_of(Standing standing) {
  switch (standing) {
    case Standing::kApplied:
      return "applied";
    case Standing::kFailed:
      return "failed";
    case Standing::kMoved:
      return "moved";
    case Standing::kUntouched:
      break;
  }
  return "untouched";
}

void answer(const ReturnSetInfo* result, const Progress& partition) {
  const bool failed = partition.standing == Standing::kFailed;
  const bool moved = partition.standing == Standing::kMoved;
  const std::int64_t next = moved ? partition.before.next_offset : partition.position.next_offset;
  Datum values[kAnswerColumns] = {text_datum(partition.position.topic),
                                  Int32GetDatum(partition.position.partition),
                                  CStringGetTextDatum(name_of(partition.standing)),
                                  Int64GetDatum(next),
                                  Int32GetDatum(partition.handled),
                                  Int32GetDatum(partition.filtered),
                                  Int32GetDatum(partition.dead_letters)};
  bool nulls[kAnswerColumns] = {};
  nulls[3] = moved && !partition.before.is_there;
  nulls[7] = nulls[8] = !failed;
  if (failed) {
    values[7] = CStringGetTextDatum(partition.failure.sqlstate);
    values[8] = CStringGetTextDatum(partition.failure.message);
  }
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

void name_subscription(void* argument) {
  const auto* const batch = static_cast<const Batch*>(argument);
  errcontext("subscription \"%s\"", batch->subscription.name);
}

Datum apply_messages(FunctionCallInfo fcinfo) {
  require_read_committed("apply_messages");
  PreventCommandIfReadOnly("apply_messages");
  open_rows(fcinfo, kAnswerTypes);
  Batch batch = {};
  read_partitions(fcinfo, batch);
  read_messages(fcinfo, batch);
  if (admit(fcinfo, batch)) {
    ErrorContextCallback context = {error_context_stack, name_subscription, &batch};
    error_context_stack = &context;
    batch.handler = find_message_handler(batch.subscription.handler);
    apply(batch);
    record(batch);
    error_context_stack = context.previous;
  }
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  for (int i = 0; i < batch.partition_count; ++i) answer(result, batch.partitions[i]);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_apply_messages);
}

Datum command_center_apply_messages(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::apply_messages(fcinfo); });
}
