// Classifies every row of the outbox anew, by what Kafka says is published, and begins again from there.
#include <algorithm>
#include <cstring>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/lease_is_live.hpp"
#include "extension/command_center/outbox/progress.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement count_publishers = {kInstallation, "SELECT count(*) FROM command_center.publishers", 0, {}};

Statement select_lease = {
    kInstallation,
    "SELECT holder FROM (SELECT holder, claimed_at, expires_at FROM command_center.publisher_leases"
    "  WHERE publisher = $1 ORDER BY claimed_at DESC LIMIT 1) AS last WHERE " LEASE_IS_LIVE,
    1,
    {TEXTOID}};

// Transaction 2 is before every snapshot: such a row is in no window. The others belong to this transaction
// now. A message that was made after the batch was opened is not in it, whatever the snapshots say: the ids
// of transactions begin anew in another cluster, and are given out again after a restore to a point in time.
#define MADE_BEFORE_THE_RECORD                                                                   \
  "($4 IS NULL OR to_timestamp(('x' || left(replace(message_id::text, '-', ''), 12))::bit(48)::" \
  "bigint / 1000.0) <= $4)"

Statement classify = {
    kInstallation,
    "WITH changed AS ("
    " UPDATE command_center.transactional_outbox AS message"
    " SET transaction_id = CASE WHEN message_id = ANY ($6)"
    "  OR ($7 AND (pg_visible_in_snapshot(transaction_id, $1)"
    "    OR pg_visible_in_snapshot(transaction_id, $2) AND \"position\" <= $3)"
    "   AND " MADE_BEFORE_THE_RECORD
    ")"
    "  THEN '2'::xid8 ELSE $5 END"
    " WHERE transaction_id <> '2'::xid8 OR NOT $7"
    " RETURNING transaction_id = $5 AS unpublished,"
    "  CASE WHEN " MADE_BEFORE_THE_RECORD
    " THEN \"position\" END AS position_before"
    ")"
    " SELECT count(*) FILTER (WHERE NOT unpublished), count(*) FILTER (WHERE unpublished),"
    " coalesce(max(position_before), 0) FROM changed",
    7,
    {PG_SNAPSHOTOID, PG_SNAPSHOTOID, INT8OID, TIMESTAMPTZOID, XID8OID, UUIDARRAYOID, BOOLOID}};

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

// What the rebase starts from. Plain data; `progress` is read only where `has_progress`.
struct Rebase {
  std::string_view publisher;
  const char* recorded_identity;
  const char* identity;
  bool has_progress;
  Progress progress;
  std::int64_t last_batch_id;
  std::int64_t last_position;
  std::int64_t published;
  std::int64_t unpublished;
};

Datum snapshot_datum(const char* text) {
  return DirectFunctionCall1(pg_snapshot_in, CStringGetDatum(text));
}

// One column says who has published a row, so it cannot answer for several publishers.
void require_single_publisher() {
  (void)run(count_publishers, Parameters());
  if (bigint_value(0, 0) == 1) return;
  refuse(
      "KC015", "the outbox has more than one publisher", nullptr,
      "Take the others out of command_center.publishers, rebase, and put them back: they begin from there.");
}

// The leases of a restored dump are another database's.
void require_no_relay(const Rebase& rebase) {
  if (std::strcmp(rebase.recorded_identity, rebase.identity) != 0) return;
  Parameters parameters;
  parameters.add_text(rebase.publisher);
  if (run(select_lease, parameters) == 0) return;
  refuse("KC015", psprintf("relay \"%s\" holds the lease", text_value(0, 0)), nullptr,
         "Stop the relay, or wait until the lease of a dead one is over.");
}

void require_own_record(const Rebase& rebase) {
  const Progress& progress = rebase.progress;
  if (rebase.publisher != progress.publisher) {
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

void classify_rows(Rebase& rebase, Datum published_messages, bool has_published_messages) {
  Parameters parameters;
  if (rebase.has_progress) {
    const Progress& progress = rebase.progress;
    parameters.add(snapshot_datum(progress.snapshot_before));
    parameters.add(snapshot_datum(progress.snapshot_after));
    parameters.add_bigint(progress.last_position);
    if (progress.opened_at != nullptr) {
      parameters.add(opening_of(progress));
    } else {
      parameters.add_null();
    }
  } else {
    const Batch nothing = before_everything();
    parameters.add(nothing.snapshot_after);
    parameters.add(nothing.snapshot_after);
    parameters.add_bigint(0);
    parameters.add_null();
  }
  parameters.add(FullTransactionIdGetDatum(GetTopFullTransactionId()));
  if (has_published_messages) {
    parameters.add(published_messages);
  } else {
    parameters.add_null();
  }
  parameters.add(BoolGetDatum(rebase.has_progress));
  (void)run(classify, parameters);
  rebase.published = bigint_value(0, 0);
  rebase.unpublished = bigint_value(0, 1);
  rebase.last_position = std::max(rebase.last_position, bigint_value(0, 2));
}

// A batch before which nothing is in a window; and, where Kafka will hold the record under our identity, the
// batch that it tells of, for resume_publication() to find.
void record_new_beginning(const Rebase& rebase) {
  (void)run(forget_batches, Parameters());
  Batch beginning = before_everything();
  beginning.batch_id = rebase.last_batch_id + 1;
  beginning.opened_at = GetCurrentTimestamp();
  if (rebase.has_progress && std::strcmp(rebase.progress.identity, rebase.identity) == 0) {
    Batch published = beginning;
    published.batch_id = published.published_through = rebase.progress.batch_id;
    published.snapshot_before = snapshot_datum(rebase.progress.snapshot_before);
    published.snapshot_after = snapshot_datum(rebase.progress.snapshot_after);
    published.slice_through = rebase.progress.last_position;
    if (rebase.progress.opened_at != nullptr) published.opened_at = recordable_opening(rebase.progress);
    record_batch(rebase.publisher, published);
    beginning.batch_id = std::max(beginning.batch_id, published.batch_id + 1);
  }
  record_batch(rebase.publisher, beginning);
  Parameters parameters;
  parameters.add_text(rebase.publisher);
  parameters.add_text(rebase.identity);
  (void)run(take_identity, parameters);
}

// What Kafka has and this database does not, as far as numbers tell.
Datum report(const Rebase& rebase) {
  const std::int64_t batches =
      rebase.has_progress ? std::max<std::int64_t>(rebase.progress.batch_id - rebase.last_batch_id, 0) : 0;
  const std::int64_t positions =
      rebase.has_progress ? std::max<std::int64_t>(rebase.progress.last_position - rebase.last_position, 0)
                          : 0;
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

Datum rebase_outbox(FunctionCallInfo fcinfo) {
  require_read_committed("rebase_outbox");
  require_argument(fcinfo, 0, "publisher");
  MemoryContext caller = CurrentMemoryContext;
  Rebase rebase = {};
  rebase.publisher = text_argument(fcinfo, 0);
  rebase.has_progress = !PG_ARGISNULL(1);
  const Datum record = rebase.has_progress ? PointerGetDatum(PG_GETARG_JSONB_P(1)) : Datum{0};
  if (rebase.has_progress) rebase.progress = read_progress(record);

  const OwnerSession session = open_session(kInstallation);
  lock_publisher(rebase.publisher, PublisherLock::kCursor);
  rebase.recorded_identity = recorded_identity(rebase.publisher);
  rebase.identity = database_identity();
  require_single_publisher();
  require_no_relay(rebase);
  if (rebase.has_progress) require_own_record(rebase);
  const Batch last = last_batch(rebase.publisher);
  rebase.last_batch_id = last.batch_id;
  rebase.last_position = last.slice_through;
  classify_rows(rebase, PG_GETARG_DATUM(2), !PG_ARGISNULL(2));
  record_new_beginning(rebase);
  const Datum answer = report(rebase);
  audit("rebase_outbox",
        psprintf("publisher %.*s", static_cast<int>(rebase.publisher.size()), rebase.publisher.data()),
        record, answer);
  MemoryContextSwitchTo(caller);
  const Datum kept = datumCopy(answer, false, -1);
  close_session(session);
  return kept;
}

Datum recorded_progress(FunctionCallInfo fcinfo) {
  MemoryContext caller = CurrentMemoryContext;
  const std::string_view publisher = text_argument(fcinfo, 0);
  const OwnerSession session = open_session(kInstallation);
  const char* identity = recorded_identity(publisher);
  const Batch last = last_batch(publisher);
  Datum answer = Datum{0};
  if (last.published_through > 0) {
    answer = progress_record(publisher, identity, find_batch(publisher, last.published_through));
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
