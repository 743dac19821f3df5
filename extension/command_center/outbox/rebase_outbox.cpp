// Classifies every row of the outbox anew, by what Kafka says is published, and begins again from there.
#include <algorithm>
#include <cstring>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/generation.hpp"
#include "extension/command_center/outbox/lease_is_live.hpp"
#include "extension/command_center/outbox/prepared.hpp"
#include "extension/command_center/outbox/progress.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement select_lease = {
    kInstallation,
    "SELECT holder FROM (SELECT holder, claimed_at, expires_at FROM command_center.publisher_leases"
    "  WHERE publisher = $1 ORDER BY claimed_at DESC LIMIT 1) AS last WHERE " LEASE_IS_LIVE,
    1,
    {TEXTOID}};

// The same of any shard.
Statement select_lease_of_any = {
    kInstallation,
    "SELECT last.holder FROM command_center.publishers AS known"
    " LEFT JOIN command_center.publisher_shards AS share ON share.publisher = known.publisher"
    " CROSS JOIN LATERAL (SELECT holder, claimed_at, expires_at FROM command_center.publisher_leases AS lease"
    "  WHERE lease.publisher = known.publisher ORDER BY claimed_at DESC LIMIT 1) AS last"
    " WHERE (known.publisher = $1 OR share.family = $1) AND " LEASE_IS_LIVE " LIMIT 1",
    1,
    {TEXTOID}};

// Transaction 2 is before every snapshot: such a row is in no window. The others belong to this transaction
// now. A message that was made after the batch was opened is not in it, whatever the snapshots say: the ids
// of transactions begin anew in another cluster, and are given out again after a restore to a point in time.
// What a record covers is published, if it is of the publisher's shard: those before it had published all
// that is theirs when it began.
#define MADE_BEFORE_THE_RECORD                                                                          \
  "(record.opened_at IS NULL OR to_timestamp(('x' || left(replace(message.message_id::text, '-', ''), " \
  "12))::bit(48)::bigint / 1000.0) <= record.opened_at)"

Statement classify = {
    kInstallation,
    "WITH record AS MATERIALIZED ("
    " SELECT given.before::pg_snapshot, given.after::pg_snapshot, last_position, opened_at, shard, shards"
    " FROM unnest($1, $2, $3, $4, $5, $6) AS given(before, after, last_position, opened_at, shard, shards)"
    "), changed AS ("
    " UPDATE command_center.transactional_outbox AS message"
    " SET transaction_id = CASE WHEN message_id = ANY ($8) OR EXISTS (SELECT FROM record"
    "   WHERE " IS_OF_SHARD("message.partition_key", "record.shard", "record.shards")
    "   AND (pg_visible_in_snapshot(message.transaction_id, record.before)"
    "    OR pg_visible_in_snapshot(message.transaction_id, record.after)"
    "    AND message.\"position\" <= record.last_position) AND " MADE_BEFORE_THE_RECORD
    ")"
    "  THEN '2'::xid8 ELSE $7 END"
    " WHERE transaction_id <> '2'::xid8 OR NOT EXISTS (SELECT FROM record)"
    " RETURNING transaction_id = $7 AS unpublished,"
    "  CASE WHEN NOT EXISTS (SELECT FROM record)"
    "   OR EXISTS (SELECT FROM record WHERE " MADE_BEFORE_THE_RECORD
    ") THEN \"position\" END AS position_before"
    ")"
    " SELECT count(*) FILTER (WHERE NOT unpublished), count(*) FILTER (WHERE unpublished),"
    " coalesce(max(position_before), 0) FROM changed",
    8,
    {TEXTARRAYOID, TEXTARRAYOID, INT8ARRAYOID, TIMESTAMPTZARRAYOID, INT8ARRAYOID, INT8ARRAYOID, XID8OID,
     UUIDARRAYOID}};

// When the batch of the record was opened, or the nearest moment for which there is a partition: those of a
// restored dump begin and end where the original's did.
Statement select_recordable = {
    kInstallation,
    "SELECT least(greatest($1, day), day + interval '24 hours' - interval '1 microsecond') FROM ("
    " SELECT to_date(right(leaf.relname, 8), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC' AS day"
    " FROM pg_inherits JOIN pg_class AS leaf ON leaf.oid = inhrelid"
    " WHERE inhparent = $2 AND leaf.relname ~ '_[0-9]{8}$') AS days"
    " ORDER BY greatest(day - $1, $1 - day - interval '24 hours') LIMIT 1",
    2,
    {TIMESTAMPTZOID, OIDOID}};

// They were recorded in other transaction ids, and would say that rows are published that are not.
Statement forget_batches = {kInstallation, "TRUNCATE command_center.publication_batches", 0, {}};

Statement take_identity = {
    kInstallation,
    "UPDATE command_center.publishers SET identity = $2 WHERE publisher = $1 AND identity <> $2",
    2,
    {TEXTOID, TEXTOID}};

// Since the last rebase; a record of an earlier one tells of other transaction ids.
Statement select_first_generation = {
    kInstallation,
    "SELECT coalesce(min(generation), 0) FROM command_center.publisher_shards WHERE family = $1",
    1,
    {TEXTOID}};

Statement select_has_ended = {
    kInstallation,
    "SELECT EXISTS (SELECT FROM command_center.publisher_shards AS share WHERE share.publisher = $1"
    " AND NOT EXISTS (SELECT FROM command_center.publishers AS known WHERE known.publisher = $1))",
    1,
    {TEXTOID}};

Statement delete_publishers = {
    kInstallation,
    "WITH ended AS (DELETE FROM command_center.publisher_shards WHERE family = $1 RETURNING publisher)"
    " DELETE FROM command_center.publishers WHERE publisher = $1 OR publisher IN (SELECT publisher FROM "
    "ended)",
    1,
    {TEXTOID}};

// What the rebase starts from. Plain data.
struct Rebase {
  std::string_view family;
  Generation generation;
  bool divided;  // now, or when one of the records was written: new publishers begin then
  const char* recorded_identity;
  const char* identity;
  Progress* records;
  int count;
  std::int64_t last_batch_id;  // of the publisher that is not divided
  std::int64_t last_position;
  std::int64_t batches_lost;
  std::int64_t published;
  std::int64_t unpublished;
};

Datum snapshot_datum(const char* text) {
  return DirectFunctionCall1(pg_snapshot_in, CStringGetDatum(text));
}

// The leases of a restored dump are another database's.
void require_no_relay(const Rebase& rebase) {
  if (std::strcmp(rebase.recorded_identity, rebase.identity) != 0) return;
  Parameters parameters;
  parameters.add_text(rebase.family);
  if (run(knows_shards() ? select_lease_of_any : select_lease, parameters) == 0) return;
  refuse("KC015", psprintf("relay \"%s\" holds the lease", text_value(0, 0)), nullptr,
         "Stop the relay, or wait until the lease of a dead one is over.");
}

void require_own_record(const Rebase& rebase, const Progress& progress) {
  if (rebase.family != parse_publisher(progress.publisher).family) {
    refuse("KC015", psprintf("the record is of the publisher \"%s\"", progress.publisher));
  }
  if (std::strcmp(progress.identity, rebase.recorded_identity) == 0 ||
      std::strcmp(progress.identity, rebase.identity) == 0) {
    return;
  }
  refuse("KC015", "the record is another database's",
         psprintf("{\"inRecord\": \"%s\", \"recorded\": \"%s\", \"current\": \"%s\"}", progress.identity,
                  rebase.recorded_identity, rebase.identity),
         "Hand over the record of the database that wrote these rows.");
}

Datum opening_of(const Progress& progress) {
  return DirectFunctionCall3(timestamptz_in, CStringGetDatum(progress.opened_at),
                             ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

// What a later rebase will ask this row for.
TimestampTz recordable_opening(const Progress& progress) {
  Parameters parameters;
  parameters.add(opening_of(progress));
  parameters.add(ObjectIdGetDatum(installed_relation(kInstallation, "publication_batches")));
  if (run(select_recordable, parameters) == 0) {
    refuse("KC015", "publication_batches has no partition", nullptr,
           "Call command_center.maintain(): it makes the partitions of the coming days.");
  }
  return DatumGetTimestampTz(value(0, 0, TIMESTAMPTZOID));
}

// The records as the arrays of `classify`.
void add_records(const Rebase& rebase, Parameters& parameters) {
  const int count = rebase.count;
  const auto column = [count] {
    return static_cast<Datum*>(palloc(sizeof(Datum) * static_cast<std::size_t>(count + 1)));
  };
  Datum* before = column();
  Datum* after = column();
  Datum* positions = column();
  Datum* openings = column();
  auto* unknown = static_cast<bool*>(palloc0(sizeof(bool) * static_cast<std::size_t>(count + 1)));
  Datum* shards = column();
  Datum* counts = column();
  for (int i = 0; i < count; ++i) {
    const Progress& record = rebase.records[i];
    const Shard shard = parse_publisher(record.publisher).shard;
    (void)snapshot_datum(record.snapshot_before);
    (void)snapshot_datum(record.snapshot_after);
    before[i] = CStringGetTextDatum(record.snapshot_before);
    after[i] = CStringGetTextDatum(record.snapshot_after);
    positions[i] = Int64GetDatum(record.last_position);
    unknown[i] = record.opened_at == nullptr;
    openings[i] = unknown[i] ? Datum{0} : opening_of(record);
    shards[i] = Int64GetDatum(shard.number);
    counts[i] = Int64GetDatum(shard.count);
  }
  const auto texts = [count](Datum* items) {
    return PointerGetDatum(construct_array(items, count, TEXTOID, -1, false, TYPALIGN_INT));
  };
  const auto bigints = [count](Datum* items) {
    return PointerGetDatum(
        construct_array(items, count, INT8OID, sizeof(std::int64_t), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
  };
  parameters.add(texts(before));
  parameters.add(texts(after));
  parameters.add(bigints(positions));
  int size = count;
  int lower_bound = 1;
  parameters.add(PointerGetDatum(construct_md_array(openings, unknown, 1, &size, &lower_bound, TIMESTAMPTZOID,
                                                    sizeof(std::int64_t), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE)));
  parameters.add(bigints(shards));
  parameters.add(bigints(counts));
}

void classify_rows(Rebase& rebase, Datum published_messages, bool has_published_messages) {
  Parameters parameters;
  add_records(rebase, parameters);
  parameters.add(FullTransactionIdGetDatum(GetTopFullTransactionId()));
  if (has_published_messages) {
    parameters.add(published_messages);
  } else {
    parameters.add_null();
  }
  (void)run(classify, parameters);
  rebase.published = bigint_value(0, 0);
  rebase.unpublished = bigint_value(0, 1);
  rebase.last_position = std::max(rebase.last_position, bigint_value(0, 2));
}

// A batch before which nothing is in a window; and, where Kafka will hold the record under our identity, the
// batch that it tells of, for resume_publication() to find.
void record_new_beginning(const Rebase& rebase) {
  Batch beginning = before_everything();
  beginning.batch_id = rebase.last_batch_id + 1;
  beginning.opened_at = GetCurrentTimestamp();
  if (rebase.count > 0 && std::strcmp(rebase.records[0].identity, rebase.identity) == 0) {
    const Progress& record = rebase.records[0];
    Batch published = beginning;
    published.batch_id = published.published_through = record.batch_id;
    published.snapshot_before = snapshot_datum(record.snapshot_before);
    published.snapshot_after = snapshot_datum(record.snapshot_after);
    published.slice_through = record.last_position;
    if (record.opened_at != nullptr) published.opened_at = recordable_opening(record);
    record_batch(rebase.family, published);
    beginning.batch_id = std::max(beginning.batch_id, published.batch_id + 1);
  }
  record_batch(rebase.family, beginning);
  Parameters parameters;
  parameters.add_text(rebase.family);
  parameters.add_text(rebase.identity);
  (void)run(take_identity, parameters);
}

// Kafka has no record of their names.
void begin_with_new_publishers(const Rebase& rebase) {
  Parameters parameters;
  parameters.add_text(rebase.family);
  (void)run(delete_publishers, parameters);
  begin_generation(rebase.family, {rebase.generation.number + 1, rebase.generation.shards},
                   before_everything(), rebase.identity);
}

// What Kafka has and this database does not, as far as numbers tell.
Datum report(const Rebase& rebase) {
  const std::int64_t batches = rebase.batches_lost;
  std::int64_t positions = 0;
  for (int i = 0; i < rebase.count; ++i)
    positions = std::max(positions, rebase.records[i].last_position - rebase.last_position);
  if (batches > 0 || positions > 0) {
    ereport(
        WARNING,
        (errmsg("Kafka has messages of transactions that this database lost"),
         errdetail(INT64_FORMAT " batches and at most " INT64_FORMAT " commands are not known here.", batches,
                   positions),
         errhint("Consumers have seen them; whether they are to be made up for is a question for people.")));
  }
  const char* text = psprintf("{\"published\": " INT64_FORMAT ", \"unpublished\": " INT64_FORMAT
                              ", \"batchesLost\": " INT64_FORMAT ", \"positionsLost\": " INT64_FORMAT "}",
                              rebase.published, rebase.unpublished, batches, positions);
  return DirectFunctionCall1(jsonb_in, CStringGetDatum(text));
}

// Leaves out what was written before the last rebase. Where that is all, nothing is known of Kafka.
void keep_current_records(Rebase& rebase) {
  if (rebase.count == 0 || !knows_shards()) return;
  Parameters named;
  named.add_text(rebase.family);
  (void)run(select_first_generation, named);
  const std::int64_t first = bigint_value(0, 0);
  const auto is_current = [first](const Progress& record) {
    return parse_publisher(record.publisher).generation >= first;
  };
  rebase.count = static_cast<int>(std::partition(rebase.records, rebase.records + rebase.count, is_current) -
                                  rebase.records);
}

// Nothing of such a one can be lost; its batches may be gone.
bool has_ended(const char* publisher) {
  if (!knows_shards()) return false;
  Parameters named;
  named.add_text(publisher);
  (void)run(select_has_ended, named);
  return bool_value(0, 0);
}

// Looks at each record, and at what this database knows of its publisher.
void compare_records(Rebase& rebase) {
  rebase.divided = rebase.generation.number > 1;
  for (int i = 0; i < rebase.count; ++i) require_own_record(rebase, rebase.records[i]);
  keep_current_records(rebase);
  for (int i = 0; i < rebase.count; ++i) {
    const Progress& record = rebase.records[i];
    const std::int64_t generation = parse_publisher(record.publisher).generation;
    rebase.divided = rebase.divided || generation > 1 || rebase.count > 1;
    rebase.generation.number = std::max(rebase.generation.number, generation);
    const Batch last = last_batch(record.publisher);
    rebase.last_position = std::max(rebase.last_position, last.slice_through);
    if (!has_ended(record.publisher))
      rebase.batches_lost += std::max<std::int64_t>(record.batch_id - last.batch_id, 0);
  }
  const Batch last = last_batch(rebase.family);
  rebase.last_batch_id = last.batch_id;
  rebase.last_position = std::max(rebase.last_position, last.slice_through);
}

Datum rebase_outbox(FunctionCallInfo fcinfo) {
  require_read_committed("rebase_outbox");
  require_argument(fcinfo, 0, "publisher");
  MemoryContext caller = CurrentMemoryContext;
  Rebase rebase = {};
  rebase.family = parse_publisher(text_argument(fcinfo, 0)).family;
  const Datum records = PG_ARGISNULL(1) ? Datum{0} : PointerGetDatum(PG_GETARG_JSONB_P(1));
  if (records != 0) rebase.records = read_all_progress(records, rebase.count);

  const OwnerSession session = open_session(kInstallation);
  lock_all_cursors();
  lock_publisher(rebase.family, PublisherLock::kCursor);
  rebase.generation = latest_generation(rebase.family);
  rebase.recorded_identity = recorded_identity(rebase.family);
  rebase.identity = database_identity();
  require_single_family(rebase.family);
  require_no_relay(rebase);
  require_none_prepared(Prepared::kRefused);
  compare_records(rebase);
  if (rebase.divided) require_shards();
  classify_rows(rebase, PG_GETARG_DATUM(2), !PG_ARGISNULL(2));
  (void)run(forget_batches, Parameters());
  if (rebase.divided) {
    begin_with_new_publishers(rebase);
  } else {
    record_new_beginning(rebase);
  }
  const Datum answer = report(rebase);
  audit("rebase_outbox",
        psprintf("publisher %.*s", static_cast<int>(rebase.family.size()), rebase.family.data()), records,
        answer);
  MemoryContextSwitchTo(caller);
  const Datum kept = datumCopy(answer, false, -1);
  close_session(session);
  return kept;
}

// Of a batch that is published; or of the beginning of a publisher, before which everything is. 0: there is
// none.
Datum recorded_progress_of(std::string_view publisher, const char* identity) {
  const Batch last = last_batch(publisher);
  if (last.published_through > 0)
    return progress_record(publisher, identity, find_batch(publisher, last.published_through));
  const bool begins_later = last.batch_id > 0 && parse_publisher(publisher).generation > 1;
  return begins_later ? progress_record(publisher, identity, find_batch(publisher, 1)) : Datum{0};
}

// Those of all that are at work, in the form in which rebase_outbox() takes them. 0: there is none.
Datum recorded_progress_of_all(std::string_view family, const char* identity) {
  const TextList publishers = publishers_at_work(family);
  StringInfoData text;
  initStringInfo(&text);
  for (int i = 0; i < publishers.count; ++i) {
    const Datum record = recorded_progress_of(publishers.texts[i], identity);
    if (record == 0) continue;
    appendStringInfo(&text, "%s%s", text.len == 0 ? "[" : ", ",
                     DatumGetCString(DirectFunctionCall1(jsonb_out, record)));
  }
  if (text.len == 0) return 0;
  appendStringInfoChar(&text, ']');
  return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.data));
}

Datum recorded_progress(FunctionCallInfo fcinfo) {
  MemoryContext caller = CurrentMemoryContext;
  const std::string_view publisher = text_argument(fcinfo, 0);
  const OwnerSession session = open_session(kInstallation);
  const char* identity = recorded_identity(publisher);
  const bool divided = parse_publisher(publisher).generation == 1 && latest_generation(publisher).number > 1;
  Datum answer =
      divided ? recorded_progress_of_all(publisher, identity) : recorded_progress_of(publisher, identity);
  if (answer != 0) {
    MemoryContext working = MemoryContextSwitchTo(caller);
    answer = datumCopy(answer, false, -1);
    MemoryContextSwitchTo(working);
  }
  close_session(session);
  if (answer == Datum{0}) fcinfo->isnull = true;
  return answer;
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_rebase_outbox);
PG_FUNCTION_INFO_V1(command_center_recorded_progress);
}

Datum command_center_rebase_outbox(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::rebase_outbox(fcinfo); });
}

Datum command_center_recorded_progress(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::recorded_progress(fcinfo); });
}
