// Goes on after a failover that lost commits. What this database itself knows to be published stays so;
// everything behind that is judged by the ids of the messages that Kafka has. Transaction ids, positions and
// clocks of the time that was lost say nothing: they are given out again here.
#include <algorithm>
#include <cstring>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/durable_commit.hpp"
#include "extension/command_center/outbox/parked.hpp"
#include "extension/command_center/outbox/prepared.hpp"
#include "extension/command_center/outbox/progress.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kMostIds = 100'000;
constexpr char kRebaseHint[] = "command_center.rebase_outbox() settles it: see docs/operations.md.";

// Rows `message` of the publisher that are not known to be published. $1 everything visible in it is; $2 and
// $3: of what is visible in that snapshot, if it is not NULL, what lies up to the position; $4 and $5 the
// shard.
#define OF_SHARD IS_OF_SHARD("message.partition_key", "$4", "$5")
#define IN_DOUBT                                                                                       \
  "message.transaction_id >= pg_snapshot_xmin($1) AND NOT pg_visible_in_snapshot("                     \
  "message.transaction_id, $1) AND ($2 IS NULL OR NOT pg_visible_in_snapshot(message.transaction_id, " \
  "$2) OR message.\"position\" > $3) AND " OF_SHARD

// Whatever came after the last batch that is known to be published was opened no earlier than that one.
Statement select_read_from = {
    kInstallation,
    "SELECT coalesce((SELECT min(opened_at) FROM command_center.publication_batches"
    "  WHERE publisher = $1 AND batch_id >= $2),"
    " (SELECT installed_at FROM command_center.installation)), coalesce(($3 ->> 'timeline')::bigint, 0)",
    3,
    {TEXTOID, INT8OID, JSONBOID}};

// Those of the messages that may have to be sent, and those that messages may have been lost of.
Statement select_topics = {
    kInstallation,
    "SELECT ARRAY(SELECT topic FROM command_center.topics"
    " UNION SELECT topic FROM command_center.services WHERE topic IS NOT NULL"
    " UNION SELECT topic FROM command_center.command_templates WHERE topic IS NOT NULL"
    " UNION SELECT 'commands.primary' WHERE EXISTS (SELECT FROM command_center.services WHERE topic IS NULL)"
    " UNION SELECT message.topic FROM command_center.transactional_outbox AS message WHERE " IN_DOUBT
    " ORDER BY 1)",
    5,
    {PG_SNAPSHOTOID, PG_SNAPSHOTOID, INT8OID, INT8OID, INT8OID},
    Planning::kEachTime};

// Transaction 2 is before every snapshot: such a row is in no window, and counts as published.
#define IDS "(SELECT DISTINCT unnest($6) AS id)"
Statement mark_published = {
    kInstallation,
    "WITH marked AS ("
    " UPDATE command_center.transactional_outbox AS message SET transaction_id = '2'::xid8"
    " FROM " IDS
    " AS known WHERE message.message_id = known.id AND message.message_id BETWEEN $7 AND $8 AND " IN_DOUBT
    " RETURNING 1) SELECT count(*) FROM marked",
    8,
    {PG_SNAPSHOTOID, PG_SNAPSHOTOID, INT8OID, INT8OID, INT8OID, UUIDARRAYOID, UUIDOID, UUIDOID},
    Planning::kEachTime};

Statement mark_slice = {
    kInstallation,
    "UPDATE command_center.transactional_outbox AS message SET transaction_id = '2'::xid8"
    " WHERE message.transaction_id >= pg_snapshot_xmin($1)"
    " AND NOT pg_visible_in_snapshot(message.transaction_id, $1)"
    " AND pg_visible_in_snapshot(message.transaction_id, $2) AND message.\"position\" <= $3 AND " OF_SHARD,
    5,
    {PG_SNAPSHOTOID, PG_SNAPSHOTOID, INT8OID, INT8OID, INT8OID}};

// What was put aside and released in the time that was lost is put aside here still. Like a row that is
// marked, it counts as published.
Statement settle_parked = {
    kInstallation,
    "WITH settled AS ("
    " INSERT INTO command_center.parked_outcomes"
    "  (\"position\", message_id, tenant_id, outcome, at, new_position, new_transaction_id)"
    " SELECT DISTINCT parked.\"position\", parked.message_id, parked.tenant_id, 'released', "
    "clock_timestamp(),"
    "  parked.\"position\", '2'::xid8"
    " FROM (SELECT DISTINCT unnest($1) AS id) AS known"
    " JOIN command_center.parked_messages AS parked ON parked.message_id = known.id"
    " WHERE parked.publisher = $2 AND " IS_OPEN
    " RETURNING \"position\", message_id)"
    " SELECT count(*) > 0, count(*) FILTER (WHERE NOT EXISTS ("
    "  SELECT FROM command_center.transactional_outbox AS message WHERE message.\"position\" = "
    "settled.\"position\""
    "  AND message.message_id = settled.message_id AND message.transaction_id = '2'::xid8)) FROM settled",
    2,
    {UUIDARRAYOID, TEXTOID},
    Planning::kEachTime};

// A key goes on when nothing of it is put aside any more.
Statement free_keys = {
    kInstallation,
    "DELETE FROM command_center.key_holds AS held WHERE held.publisher = $1 AND NOT EXISTS ("
    " SELECT FROM command_center.parked_messages AS parked"
    " WHERE parked.topic = held.topic AND parked.tenant_id = held.tenant_id"
    " AND md5(parked.partition_key) = md5(held.partition_key) AND parked.partition_key = held.partition_key"
    " AND parked.publisher = $1 AND parked.ordered IS NOT FALSE AND " IS_OPEN ")",
    1,
    {TEXTOID}};

// What it published a while before Kafka was read need not be looked for: $2 is that time, and clocks differ.
Statement select_long_published = {
    kInstallation,
    "SELECT CASE WHEN window_complete THEN snapshot_after ELSE snapshot_before END"
    " FROM command_center.publication_batches WHERE publisher = $1 AND messages > 0 AND batch_id <= ("
    "  SELECT published_through FROM command_center.publication_batches"
    "  WHERE publisher = $1 AND opened_at < $2 - interval '1 hour' ORDER BY batch_id DESC LIMIT 1)"
    " ORDER BY batch_id DESC LIMIT 1",
    2,
    {TEXTOID, TIMESTAMPTZOID}};

Statement select_unknown = {
    kInstallation,
    "SELECT ARRAY(SELECT known.id FROM (SELECT DISTINCT unnest($1) AS id) AS known WHERE NOT EXISTS ("
    " SELECT FROM command_center.transactional_outbox AS message"
    " WHERE message.message_id = known.id AND message.message_id BETWEEN $2 AND $3"
    " AND (message.transaction_id = '2'::xid8 OR message.transaction_id >= pg_snapshot_xmin($6) OR "
    "NOT " OF_SHARD
    ") AND (message.transaction_id = '2'::xid8 OR NOT pg_visible_in_snapshot(message.transaction_id, $6)"
    "  OR NOT " OF_SHARD ")) ORDER BY known.id)",
    6,
    {UUIDARRAYOID, UUIDOID, UUIDOID, INT8OID, INT8OID, PG_SNAPSHOTOID},
    Planning::kEachTime};

// Opened here, and published nowhere as they are: their messages are in later batches.
Statement forget_open = {kInstallation,
                         "DELETE FROM command_center.publication_batches"
                         " WHERE publisher = $1 AND batch_id > $2 AND messages > 0",
                         2,
                         {TEXTOID, INT8OID}};

// What this database itself knows to be published. Plain data, in the session's memory.
struct Known {
  Batch last;
  Batch whole;  // everything visible in its snapshot_after is
  bool sliced;  // and of the snapshot, up to the position
  Datum snapshot;
  std::int64_t through;
};

Known known_publication(std::string_view publisher) {
  Known known = {};
  known.last = last_batch(publisher);
  known.whole = before_everything();
  // A batch without messages says that nothing was left before its snapshot.
  if (known.last.messages == 0) {
    known.whole = known.last;
    return known;
  }
  if (known.last.published_through == 0) {
    // What came before its generation is published.
    if (parse_publisher(publisher).generation > 1) known.whole = find_batch(publisher, 1);
    return known;
  }
  Batch done = find_batch(publisher, known.last.published_through);
  // That of another time, which a rebase has left.
  if (done.messages == 0) return known;
  known.whole = done;
  if (done.window_complete) return known;
  known.whole.snapshot_after = done.snapshot_before;
  known.whole.transaction_bound_after = done.transaction_bound_before;
  known.whole.position_bound_after = done.position_bound_before;
  known.sliced = true;
  known.snapshot = done.snapshot_after;
  known.through = done.slice_through;
  return known;
}

void add_shard(Parameters& parameters, const Shard& shard) {
  parameters.add_bigint(shard.number);
  parameters.add_bigint(shard.count);
}

void add_known(Parameters& parameters, const Known& known) {
  parameters.add(known.whole.snapshot_after);
  if (known.sliced) {
    parameters.add(known.snapshot);
  } else {
    parameters.add_null();
  }
  parameters.add_bigint(known.through);
  add_shard(parameters, known.last.shard);
}

// The lock of the cursor is held until the commit: a relay that gets the lease meanwhile waits.
void begin_step(std::string_view publisher, std::string_view holder) {
  lock_publisher(publisher, PublisherLock::kCursor);
  require_turn(publisher, publisher_standing(publisher));
  require_lease(publisher, holder);
  require_single_family(parse_publisher(publisher).family);
}

void require_ahead(std::string_view publisher, const Progress& progress, const Known& known) {
  if (publisher != progress.publisher)
    refuse("KC015", psprintf("the record is of the publisher \"%s\"", progress.publisher));
  if (std::strcmp(progress.identity, publisher_identity(publisher)) != 0)
    refuse("KC015", "the record is another database's", nullptr, kRebaseHint);
  if (progress.batch_id > known.last.published_through) return;
  refuse("KC015", "Kafka has no batch that this database does not know",
         psprintf("{\"batchInKafka\": " INT64_FORMAT ", \"publishedThrough\": " INT64_FORMAT "}",
                  progress.batch_id, known.last.published_through),
         kRebaseHint);
}

// One row of a set-returning function, copied into the caller's memory.
void answer_row(FunctionCallInfo fcinfo, MemoryContext caller, Datum* values) {
  bool nulls[] = {false, false, false};
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  MemoryContext working = MemoryContextSwitchTo(caller);
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  MemoryContextSwitchTo(working);
}

Datum begin_recovery(FunctionCallInfo fcinfo) {
  require_read_committed("begin_recovery");
  const std::string_view publisher = text_argument(fcinfo, 0);
  const std::string_view holder = text_argument(fcinfo, 1);
  const Datum record = PointerGetDatum(PG_GETARG_JSONB_P(2));
  const Progress progress = read_progress(record);
  MemoryContext caller = CurrentMemoryContext;
  InitMaterializedSRF(fcinfo, 0);
  const OwnerSession session = open_session(kInstallation);
  begin_step(publisher, holder);
  const Known known = known_publication(publisher);
  require_ahead(publisher, progress, known);
  require_none_prepared(Prepared::kAwaited);
  Parameters when;
  when.add_text(publisher);
  when.add_bigint(known.last.published_through);
  when.add(record);
  (void)run(select_read_from, when);
  const Datum read_from = value(0, 0, TIMESTAMPTZOID);
  const bool promoted = static_cast<std::int64_t>(GetWALInsertionTimeLine()) > bigint_value(0, 1);
  Parameters in_doubt;
  add_known(in_doubt, known);
  (void)run(select_topics, in_doubt);
  Datum values[] = {read_from, BoolGetDatum(promoted), value(0, 0, TEXTARRAYOID)};
  answer_row(fcinfo, caller, values);
  close_session(session);
  return Datum{0};
}

// The lowest and the highest are for the planner: they tell which partitions are looked at.
struct Ids {
  Datum all;
  Datum lowest;
  Datum highest;
  int count;
};

Ids read_ids(Datum array) {
  Datum* items = nullptr;
  bool* nulls = nullptr;
  Ids ids = {array, Datum{0}, Datum{0}, 0};
  deconstruct_array(DatumGetArrayTypeP(array), UUIDOID, UUID_LEN, false, TYPALIGN_CHAR, &items, &nulls,
                    &ids.count);
  if (ids.count > kMostIds) refuse("22023", "message_ids must have at most 100000");
  const auto is_below = [](Datum left, Datum right) {
    return DatumGetInt32(DirectFunctionCall2(uuid_cmp, left, right)) < 0;
  };
  for (int i = 0; i < ids.count; ++i) {
    if (nulls[i]) continue;
    if (ids.lowest == Datum{0} || is_below(items[i], ids.lowest)) ids.lowest = items[i];
    if (ids.highest == Datum{0} || is_below(ids.highest, items[i])) ids.highest = items[i];
  }
  return ids;
}

// Answers how many messages besides those that are marked would have been sent again.
std::int64_t settle_parked_messages(std::string_view publisher, const Ids& ids) {
  if (!knows_parking()) return 0;
  const std::string_view family = parse_publisher(publisher).family;
  take_lock(parked_lock(family), LockMode::kExclusive, "what is put aside of the publisher");
  Parameters settled;
  settled.add(ids.all);
  settled.add_text(family);
  (void)change_with_latest_snapshot(settle_parked, settled);
  const bool any = bool_value(0, 0);
  const std::int64_t count = bigint_value(0, 1);
  Parameters freed;
  freed.add_text(family);
  if (any) (void)change_with_latest_snapshot(free_keys, freed);
  return count;
}

Datum long_published(std::string_view publisher, Datum read_from) {
  Parameters parameters;
  parameters.add_text(publisher);
  parameters.add(read_from);
  if (run(select_long_published, parameters) == 0) return before_everything().snapshot_after;
  return datumCopy(value(0, 0, PG_SNAPSHOTOID), false, -1);
}

Datum recover_messages(FunctionCallInfo fcinfo) {
  require_read_committed("recover_messages");
  const std::string_view publisher = text_argument(fcinfo, 0);
  const std::string_view holder = text_argument(fcinfo, 1);
  const Ids ids = read_ids(PG_GETARG_DATUM(2));
  MemoryContext caller = CurrentMemoryContext;
  InitMaterializedSRF(fcinfo, 0);
  if (ids.lowest == Datum{0}) {
    Datum nothing[] = {Int64GetDatum(0), PointerGetDatum(construct_empty_array(UUIDOID))};
    answer_row(fcinfo, caller, nothing);
    return Datum{0};
  }
  const OwnerSession session = open_session(kInstallation);
  begin_step(publisher, holder);
  const Known known = known_publication(publisher);
  Parameters in_doubt;
  add_known(in_doubt, known);
  in_doubt.add(ids.all);
  in_doubt.add(ids.lowest);
  in_doubt.add(ids.highest);
  (void)run(mark_published, in_doubt);
  const std::int64_t published = bigint_value(0, 0) + settle_parked_messages(publisher, ids);
  Parameters looked_for;
  const Datum since = long_published(publisher, PG_GETARG_DATUM(3));
  looked_for.add(ids.all);
  looked_for.add(ids.lowest);
  looked_for.add(ids.highest);
  add_shard(looked_for, known.last.shard);
  looked_for.add(since);
  (void)run(select_unknown, looked_for);
  Datum values[] = {Int64GetDatum(published), value(0, 0, UUIDARRAYOID)};
  answer_row(fcinfo, caller, values);
  close_session(session);
  return Datum{0};
}

// Behind everything that Kafka or this database has a number for. It counts as one with messages, since such
// a batch is published once Kafka has its record, whatever becomes of us before.
Batch new_beginning(const Known& known, const Progress& progress) {
  Batch beginning = before_everything();
  beginning.batch_id = std::max(progress.batch_id, known.last.batch_id) + 1;
  beginning.published_through = known.last.published_through;
  beginning.snapshot_before = beginning.snapshot_after = known.whole.snapshot_after;
  beginning.transaction_bound_before = beginning.transaction_bound_after =
      known.whole.transaction_bound_after;
  beginning.position_bound_before = beginning.position_bound_after = known.whole.position_bound_after;
  beginning.messages = 1;
  beginning.opened_at = GetCurrentTimestamp();
  return beginning;
}

Datum finish_recovery(FunctionCallInfo fcinfo) {
  require_read_committed("finish_recovery");
  const std::string_view publisher = text_argument(fcinfo, 0);
  const std::string_view holder = text_argument(fcinfo, 1);
  const Datum record = PointerGetDatum(PG_GETARG_JSONB_P(2));
  const Progress progress = read_progress(record);
  MemoryContext caller = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  begin_step(publisher, holder);
  const Known known = known_publication(publisher);
  require_ahead(publisher, progress, known);
  if (known.sliced) {
    Parameters slice;
    add_known(slice, known);
    (void)run(mark_slice, slice);
  }
  Parameters open;
  open.add_text(publisher);
  open.add_bigint(known.last.published_through);
  (void)run(forget_open, open);
  const Batch beginning = new_beginning(known, progress);
  record_batch(publisher, beginning);
  const Datum answer = progress_record(publisher, publisher_identity(publisher), beginning);
  audit("finish_recovery", psprintf("publisher %.*s", static_cast<int>(publisher.size()), publisher.data()),
        record, PointerGetDatum(PG_GETARG_JSONB_P(3)));
  MemoryContext working = MemoryContextSwitchTo(caller);
  const Datum kept = datumCopy(answer, false, -1);
  MemoryContextSwitchTo(working);
  close_session(session);
  make_commit_durable();
  return kept;
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_begin_recovery);
PG_FUNCTION_INFO_V1(command_center_recover_messages);
PG_FUNCTION_INFO_V1(command_center_finish_recovery);
}

Datum command_center_begin_recovery(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::begin_recovery(fcinfo); });
}

Datum command_center_recover_messages(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::recover_messages(fcinfo); });
}

Datum command_center_finish_recovery(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::finish_recovery(fcinfo); });
}
