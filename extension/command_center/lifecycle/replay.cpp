// Copies messages within the outbox, values and all, so that no payload passes through here; only headers are
// written anew.
#include "extension/command_center/lifecycle/replay.hpp"
#include "extension/command_center/installation.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>

#include "extension/boundary/call_pg.hpp"
#include "extension/command_center/catalogue/topics.hpp"
#include "extension/command_center/execute/payload_check.hpp"
#include "extension/command_center/lifecycle/events.hpp"
#include "extension/command_center/outbox/append.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/ordered_keys.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/command_center/shared_state/outbox_signal.hpp"
#include "extension/core/envelope/replay.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/reading.hpp"
#include "extension/server/leaf_partition.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::size_t kMaxWords = 1000;
constexpr std::size_t kReplayHeader = 64;  // x-command-replay with its id

// The lowest and the highest id are for the planner: they tell which partitions are looked at. Others who
// replay or report wait; in one order, so that two replays do not wait for each other.
Statement lock_dispatches = {
    kInstallation,
    "SELECT FROM command_center.command_dispatches WHERE tenant_id = $1 AND command_id = ANY ($2)"
    " AND command_id BETWEEN $3 AND $4 ORDER BY command_id FOR NO KEY UPDATE",
    4,
    {UUIDOID, UUIDARRAYOID, UUIDOID, UUIDOID},
    Planning::kEachTime};

Statement select_commands = {
    kInstallation,
    "SELECT wanted.number, dispatch.\"position\", coalesce(template.ordered, false), event.count, event.last,"
    " event.handled"
    " FROM unnest($2) WITH ORDINALITY AS wanted(command_id, number)"
    " JOIN command_center.command_dispatches AS dispatch"
    "  ON dispatch.tenant_id = $1 AND dispatch.command_id = wanted.command_id"
    "  AND dispatch.command_id BETWEEN $3 AND $4"
    " LEFT JOIN command_center.command_templates AS template"
    "  ON template.command_name = dispatch.command_name AND template.version = dispatch.template_version"
    " CROSS JOIN LATERAL (SELECT count(*) AS count, (array_agg(event_id ORDER BY event_id DESC))[1] AS last,"
    "   coalesce(bool_or(handler IS NOT NULL), false) AS handled FROM command_center.dispatch_events AS event"
    "  WHERE event.tenant_id = $1 AND event.command_id = wanted.command_id AND event.command_id BETWEEN $3 "
    "AND "
    "$4) AS event",
    4,
    {UUIDOID, UUIDARRAYOID, UUIDOID, UUIDOID},
    Planning::kEachTime};

// $3 their positions, $4 the first ids that none of their messages can have; $5 and $6 the lowest and the
// highest of both.
Statement select_originals = {
    kInstallation,
    "SELECT wanted.number, original.message_id, original.headers, original.partition_key,"
    " original.headers ->> 'x-command-target', original.topic, original.bytes"
    " FROM unnest($2, $3, $4) WITH ORDINALITY AS wanted(command_id, \"position\", beyond, number)"
    " CROSS JOIN LATERAL (SELECT message_id, headers, partition_key, topic, octet_length(value) AS bytes"
    "  FROM command_center.transactional_outbox AS message"
    "  WHERE message.\"position\" = wanted.\"position\" AND message.command_id = wanted.command_id"
    "  AND message.tenant_id = $1 AND message.message_id >= wanted.command_id"
    "  AND message.message_id < wanted.beyond AND message.message_id BETWEEN $5 AND $6 OFFSET 0) AS original"
    " ORDER BY wanted.number, original.message_id",
    6,
    {UUIDOID, UUIDARRAYOID, INT8ARRAYOID, UUIDARRAYOID, UUIDOID, UUIDOID},
    Planning::kEachTime};

// The two columns that versions before 0.4.0 do not have, until setup() has been called.
#define COPY_MESSAGES(column, order)                                                                         \
  "INSERT INTO command_center.transactional_outbox"                                                          \
  " (\"position\", transaction_id, tenant_id, message_id, command_id, topic, partition_key, headers, "       \
  "value" column                                                                                             \
  ")"                                                                                                        \
  " SELECT copy.\"position\", $1, original.tenant_id, copy.message_id, original.command_id, original.topic," \
  "  original.partition_key, copy.headers::json, original.value" order                                       \
  " FROM unnest($2, $3, $4, $5, $6) AS copy(old_position, old_id, \"position\", message_id, headers)"        \
  " CROSS JOIN LATERAL (SELECT * FROM command_center.transactional_outbox AS message"                        \
  "  WHERE message.\"position\" = copy.old_position AND message.message_id = copy.old_id"                    \
  "  AND message.message_id BETWEEN $7 AND $8 OFFSET 0) AS original"
#define COPY_PARAMETERS \
  { XID8OID, INT8ARRAYOID, UUIDARRAYOID, INT8ARRAYOID, UUIDARRAYOID, TEXTARRAYOID, UUIDOID, UUIDOID }

Statement copy_messages = {kInstallation, COPY_MESSAGES(", ordered", ", original.ordered"), 8,
                           COPY_PARAMETERS, Planning::kEachTime};
Statement copy_messages_before = {kInstallation, COPY_MESSAGES("", ""), 8, COPY_PARAMETERS,
                                  Planning::kEachTime};

Statement describe_replay = {
    kInstallation,
    "SELECT jsonb_build_object('position', $1, 'messageIds', to_jsonb($2), 'originalMessageIds', "
    "to_jsonb($3))",
    3,
    {INT8OID, UUIDARRAYOID, UUIDARRAYOID},
    Planning::kOnce};

// One command, as far as it is known. Plain data.
struct Command {
  std::int64_t position;  // of its messages when it was executed
  std::int64_t new_position;
  bool found;
  bool ordered;
  bool handled;
  std::int64_t event_count;
  identifiers::Uuid last_event_id;
  int first_message;
};

struct Original {
  Datum headers;  // text
  std::string_view partition_key;
  std::string_view topic;
  std::size_t value_bytes;
};

struct Work {
  const ReplayRequest* request;
  identifiers::Uuid lowest_id;  // of the commands, and so of their messages
  identifiers::Uuid highest_id;
  identifiers::Uuid highest_message_id;
  ReplayOutcome* outcomes;
  Command* commands;
  ReplayedMessage* messages;
  Original* originals;
  int message_count;
};

template <typename Item>
Item* make_array(int count) {
  static_assert(std::is_trivially_destructible_v<Item>, "an error of the server skips destructors");
  return static_cast<Item*>(palloc0(sizeof(Item) * static_cast<std::size_t>(count + 1)));
}

Datum uuid_array(Datum* uuids, int count) {
  return PointerGetDatum(construct_array(uuids, count, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR));
}
Datum bigint_array(Datum* numbers, int count) {
  return PointerGetDatum(
      construct_array(numbers, count, INT8OID, sizeof(std::int64_t), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

Datum command_id_array(const Work& work) {
  const int count = work.request->count;
  auto* ids = make_array<Datum>(count);
  for (int i = 0; i < count; ++i) ids[i] = uuid_datum(work.request->command_ids[i]);
  return uuid_array(ids, count);
}

// --- what is there ---

void read_commands(Work& work) {
  Parameters key;
  key.add(uuid_datum(work.request->tenant_id));
  key.add(command_id_array(work));
  key.add(uuid_datum(work.lowest_id));
  key.add(uuid_datum(work.highest_id));
  if (work.request->dry_run == DryRun::kNo) (void)lock_with_latest_snapshot(lock_dispatches, key);
  const std::uint64_t rows = run_with_latest_snapshot(select_commands, key);
  for (std::uint64_t row = 0; row < rows; ++row) {
    Command& command = work.commands[bigint_value(row, 0) - 1];
    command.found = true;
    command.position = bigint_value(row, 1);
    command.ordered = bool_value(row, 2);
    command.event_count = bigint_value(row, 3);
    if (!is_null(row, 4)) command.last_event_id = uuid_value(value(row, 4, UUIDOID));
    command.handled = bool_value(row, 5);
  }
}

void read_originals(Work& work) {
  const int count = work.request->count;
  auto* positions = make_array<Datum>(count);
  auto* bounds = make_array<identifiers::Uuid>(count);
  auto* bound_datums = make_array<Datum>(count);
  for (int i = 0; i < count; ++i) {
    positions[i] = Int64GetDatum(work.commands[i].position);
    bounds[i] = beyond_messages_of(work.request->command_ids[i]);
    bound_datums[i] = uuid_datum(bounds[i]);
  }
  Parameters parameters;
  parameters.add(uuid_datum(work.request->tenant_id));
  parameters.add(command_id_array(work));
  parameters.add(bigint_array(positions, count));
  parameters.add(uuid_array(bound_datums, count));
  parameters.add(uuid_datum(work.lowest_id));
  parameters.add(uuid_datum(work.highest_message_id));
  const int level = force_index_scans();
  work.message_count = static_cast<int>(run_with_latest_snapshot(select_originals, parameters));
  resume_planner(level);
  work.messages = make_array<ReplayedMessage>(work.message_count);
  work.originals = make_array<Original>(work.message_count);
  for (int i = 0; i < work.message_count; ++i) {
    const auto row = static_cast<std::uint64_t>(i);
    const std::int64_t owner = bigint_value(row, 0) - 1;
    ReplayOutcome& outcome = work.outcomes[owner];
    if (outcome.message_count++ == 0) {
      work.commands[owner].first_message = i;
      outcome.messages = work.messages + i;
    }
    work.messages[i].original_message_id = uuid_value(value(row, 1, UUIDOID));
    work.messages[i].target = text_value_or_null(row, 4);
    work.originals[i].headers = CStringGetTextDatum(text_value(row, 2));
    work.originals[i].partition_key = text_value(row, 3);
    work.originals[i].topic = text_value(row, 5);
    work.originals[i].value_bytes = is_null(row, 6) ? 0 : static_cast<std::size_t>(int_value(row, 6));
  }
}

// --- what may be ---

void refuse_one(ReplayOutcome& outcome, const char* sqlstate, const char* message, const char* hint) {
  outcome.sqlstate = sqlstate;
  outcome.message = message;
  outcome.hint = hint;
}

// A topic may have been declared since to take less.
bool fits(const Original& original) {
  const std::size_t bytes = original.value_bytes + text_view(original.headers).size() +
                            original.partition_key.size() + kReplayHeader;
  return bytes <= largest_message(find_topic(original.topic).max_message_bytes);
}

bool all_fit(const Work& work, const Command& command, const ReplayOutcome& outcome) {
  for (int i = 0; i < outcome.message_count; ++i) {
    if (!fits(work.originals[command.first_message + i])) return false;
  }
  return true;
}

void judge(const Work& work, const Command& command, ReplayOutcome& outcome) {
  if (!command.found) {
    const char* id = DatumGetCString(DirectFunctionCall1(uuid_out, uuid_datum(outcome.command_id)));
    refuse_one(outcome, "KC002", psprintf("dispatch \"%s\" does not exist", id), nullptr);
  } else if (command.handled) {
    refuse_one(outcome, "KC015", "command was completed by a handler in the database",
               "It would be done twice. Where that is wanted, execute it as a new command.");
  } else if (outcome.message_count == 0) {
    refuse_one(outcome, "KC008", "messages of the command are past their retention",
               "The setting command_center.outbox_retention says how long they are kept.");
  } else if (command.event_count >= kMaxEvents) {
    refuse_one(outcome, "KC014", psprintf("dispatch has %d events, as many as it may have", kMaxEvents),
               nullptr);
  } else if (!all_fit(work, command, outcome)) {
    refuse_one(outcome, "KC014", "a message of the command is larger than its topic takes now",
               "The limits are command_center.max_message_bytes and nine tenths of max_message_bytes of the "
               "topic (set_topic).");
  }
}

// --- what is done ---

void lock_keys(const Work& work) {
  auto* keys = make_array<OrderedKey>(work.request->count);
  int count = 0;
  for (int i = 0; i < work.request->count; ++i) {
    if (work.outcomes[i].sqlstate != nullptr || !work.commands[i].ordered) continue;
    keys[count++] = {work.request->tenant_id, work.originals[work.commands[i].first_message].partition_key};
  }
  lock_ordered_keys(keys, count);
}

// C++ regime.
Datum replay_headers(Datum original, const ReplayedMessage& message) {
  std::string headers;
  envelope::append_replay_headers(headers, text_view(original), to_text(message.message_id),
                                  to_text(message.original_message_id));
  return boundary::call_pg([&]() noexcept { return text_datum(headers); });
}

// The columns of the copies, one row for each message.
struct Copies {
  Datum* old_positions;
  Datum* old_ids;
  Datum* positions;
  Datum* ids;
  Datum* headers;
  int count;
};

void insert_copies(const Work& work, const Copies& copies, Datum transaction_id) {
  Parameters parameters;
  parameters.add(transaction_id);
  parameters.add(bigint_array(copies.old_positions, copies.count));
  parameters.add(uuid_array(copies.old_ids, copies.count));
  parameters.add(bigint_array(copies.positions, copies.count));
  parameters.add(uuid_array(copies.ids, copies.count));
  parameters.add(
      PointerGetDatum(construct_array(copies.headers, copies.count, TEXTOID, -1, false, TYPALIGN_INT)));
  parameters.add(uuid_datum(work.lowest_id));
  parameters.add(uuid_datum(work.highest_message_id));
  const int level = force_index_scans();
  ErrorContextCallback hint = {error_context_stack, hint_at_maintain,
                               const_cast<Installation*>(&kInstallation)};
  error_context_stack = &hint;
  const std::uint64_t copied =
      change_with_latest_snapshot(outbox_knows_order() ? copy_messages : copy_messages_before, parameters);
  error_context_stack = hint.previous;
  resume_planner(level);
  if (copied != static_cast<std::uint64_t>(copies.count))
    refuse("KC008", "messages of a command went past their retention meanwhile", nullptr, "Try again.");
  signal_outbox_at_commit();
}

void send(Work& work) {
  const Datum transaction_id = take_transaction_id();
  const TimestampTz now = GetCurrentTimestamp();
  const auto column = [&work] { return make_array<Datum>(work.message_count); };
  Copies copies = {column(), column(), column(), column(), column(), 0};
  for (int i = 0; i < work.request->count; ++i) {
    ReplayOutcome& outcome = work.outcomes[i];
    if (outcome.sqlstate != nullptr) continue;
    Command& command = work.commands[i];
    command.new_position = draw_position();
    for (int j = 0; j < outcome.message_count; ++j) {
      ReplayedMessage& message = outcome.messages[j];
      message.message_id = new_uuid(now);
      copies.old_positions[copies.count] = Int64GetDatum(command.position);
      copies.old_ids[copies.count] = uuid_datum(message.original_message_id);
      copies.positions[copies.count] = Int64GetDatum(command.new_position);
      copies.ids[copies.count] = uuid_datum(message.message_id);
      copies.headers[copies.count++] =
          replay_headers(work.originals[command.first_message + j].headers, message);
    }
  }
  if (copies.count > 0) insert_copies(work, copies, transaction_id);
}

Datum description_of(const Command& command, const ReplayOutcome& outcome) {
  auto* ids = make_array<Datum>(outcome.message_count);
  auto* originals = make_array<Datum>(outcome.message_count);
  for (int i = 0; i < outcome.message_count; ++i) {
    ids[i] = uuid_datum(outcome.messages[i].message_id);
    originals[i] = uuid_datum(outcome.messages[i].original_message_id);
  }
  Parameters parameters;
  parameters.add_bigint(command.new_position);
  parameters.add(uuid_array(ids, outcome.message_count));
  parameters.add(uuid_array(originals, outcome.message_count));
  (void)run(describe_replay, parameters);
  return datumCopy(value(0, 0, JSONBOID), false, -1);
}

void add_events(const Work& work, Oid caller) {
  auto* events = make_array<DispatchEvent>(work.request->count);
  int count = 0;
  for (int i = 0; i < work.request->count; ++i) {
    if (work.outcomes[i].sqlstate != nullptr) continue;
    DispatchEvent& event = events[count++];
    event.tenant_id = work.request->tenant_id;
    event.command_id = work.outcomes[i].command_id;
    event.kind = "replayed";
    event.why = work.request->reason;
    event.who = work.request->actor;
    if (event.who.data() == nullptr && settings().actor != nullptr && *settings().actor != '\0') {
      event.who = settings().actor;
    }
    event.detail = description_of(work.commands[i], work.outcomes[i]);
    event.last_event_id = work.commands[i].last_event_id;
  }
  append_events(events, count, caller);
}

std::string_view words(FunctionCallInfo fcinfo, int argument, const char* name) {
  const std::string_view text = text_argument(fcinfo, argument);
  if (text.empty() || text.size() > kMaxWords)
    refuse("22023", psprintf("%s must have 1 to 1000 bytes", name));
  return text;
}

}  // namespace

void read_who_and_why(FunctionCallInfoBaseData* fcinfo, int reason, int actor, ReplayRequest& request) {
  require_argument(fcinfo, reason, "reason");
  request.reason = words(fcinfo, reason, "reason");
  if (!PG_ARGISNULL(actor)) request.actor = words(fcinfo, actor, "actor");
}

ReplayOutcome* replay(const ReplayRequest& request, Oid caller) {
  Work work = {};
  work.request = &request;
  if (request.count > 0) {
    work.lowest_id = request.command_ids[0];
    work.highest_id = request.command_ids[request.count - 1];
    work.highest_message_id = beyond_messages_of(work.highest_id);
  }
  work.outcomes = make_array<ReplayOutcome>(request.count);
  work.commands = make_array<Command>(request.count);
  for (int i = 0; i < request.count; ++i) work.outcomes[i].command_id = request.command_ids[i];
  read_commands(work);
  read_originals(work);
  begin_reading(kInstallation);
  for (int i = 0; i < request.count; ++i) judge(work, work.commands[i], work.outcomes[i]);
  if (request.dry_run == DryRun::kYes) return work.outcomes;
  lock_keys(work);
  send(work);
  add_events(work, caller);
  return work.outcomes;
}

}  // namespace command_center::extension
