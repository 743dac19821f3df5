// Opens the next batch of a publisher: the rows that became visible between two snapshots, cut into slices of
// positions.
#include <algorithm>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/batch_rows.hpp"
#include "extension/command_center/outbox/durable_commit.hpp"
#include "extension/command_center/outbox/parked.hpp"
#include "extension/command_center/outbox/position_sequence.hpp"
#include "extension/command_center/outbox/progress.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kMaxMessages = 100'000;
constexpr std::int64_t kMaxBytes = std::int64_t{256} * 1024 * 1024;

// Positions of new transactions lie above the bound as long as the sequence hands out one value after the
// other. Somebody may have set it back; what lies below then is found by transaction. The order leaves the
// planner no other index: it would look among all positions there are.
Statement select_lowest_position = {
    kInstallation,
    "SELECT coalesce(min(\"position\"), $2 + 1)::bigint FROM ("
    " SELECT \"position\" FROM command_center.transactional_outbox"
    " WHERE transaction_id >= $1 AND \"position\" <= $2 AND " IN_KEYS(
        "$3", "$4") " ORDER BY transaction_id, \"position\" OFFSET 0) AS found",
    4,
    {XID8OID, INT8OID, UUIDOID, UUIDOID},
    Planning::kOnce};

// How much of the window, from slice_after on, makes the next slice. Rows of one command share a position, so
// WITH TIES and the cumulated sum over peers keep them together. Parameters: $1 and $2 where the rows of new
// transactions begin, $3 the snapshot at the end, $4 late transactions, $5 slice_after, $6 messages, $7
// bytes, $8 and $9 the shard, $10 and $11 what IN_KEYS wants.
Statement measure_slice = {
    kInstallation,
    "WITH new_rows AS MATERIALIZED ("
    " SELECT \"position\", coalesce(octet_length(value), 0) + pg_column_size(headers) AS bytes"
    " FROM command_center.transactional_outbox"
    " WHERE \"position\" > $1 AND transaction_id >= $2 AND pg_visible_in_snapshot(transaction_id, $3)"
    " AND " IS_OF_SHARD("partition_key", "$8", "$9")
    " AND " IN_KEYS("$10", "$11")
    " ORDER BY \"position\" FETCH FIRST $6 ROWS WITH TIES"
    "), late_rows AS MATERIALIZED ("
    " SELECT found.\"position\", found.bytes FROM unnest($4) AS late(transaction_id) CROSS JOIN LATERAL ("
    "  SELECT \"position\", coalesce(octet_length(value), 0) + pg_column_size(headers) AS bytes"
    "  FROM command_center.transactional_outbox AS message"
    "  WHERE message.transaction_id >= late.transaction_id AND message.transaction_id <= late.transaction_id"
    "  AND \"position\" > $5 AND " IS_OF_SHARD("message.partition_key", "$8", "$9")
    "  AND " IN_KEYS("$10", "$11")
    "  ORDER BY message.transaction_id, \"position\" FETCH FIRST $6 ROWS WITH TIES) AS found"
    "), first_rows AS ("
    " SELECT \"position\", bytes, sum(bytes) OVER (ORDER BY \"position\") AS running FROM ("
    "  SELECT \"position\", bytes FROM (TABLE new_rows UNION ALL TABLE late_rows) AS both_kinds"
    "  ORDER BY \"position\" FETCH FIRST $6 ROWS WITH TIES) AS limited"
    ")"
    " SELECT count(*)::integer, coalesce(sum(bytes), 0)::bigint, coalesce(max(\"position\"), 0),"
    " count(*) = (SELECT count(*) FROM first_rows) AND count(*) < $6"
    " FROM first_rows WHERE running <= $7 OR \"position\" = (SELECT min(\"position\") FROM first_rows)",
    11,
    {INT8OID, XID8OID, PG_SNAPSHOTOID, XID8ARRAYOID, INT8OID, INT4OID, INT8OID, INT8OID, INT8OID, UUIDOID,
     UUIDOID},
    Planning::kOnce};

Statement emit_wal = {
    kInstallation, "SELECT pg_logical_emit_message(true, 'command_center', 'batch')", 0, {}};

struct Limits {
  int messages;
  std::int64_t bytes;
};

Limits read_limits(FunctionCallInfo fcinfo) {
  const Limits limits = {PG_GETARG_INT32(2), PG_GETARG_INT64(3)};
  if (limits.messages < 1 || limits.messages > kMaxMessages)
    refuse("22023", "max_messages must be between 1 and 100000");
  if (limits.bytes < 1 || limits.bytes > kMaxBytes)
    refuse("22023", "max_bytes must be between 1 and 268435456");
  return limits;
}

// Where the new rows of a window really begin.
std::int64_t position_bound(const Batch& window, const KeyRange& keys) {
  Parameters parameters;
  parameters.add(new_transactions_from(window));
  parameters.add_bigint(window.position_bound_before);
  add_outbox_keys(parameters, keys);
  const int level = force_index_scans();
  (void)run(select_lowest_position, parameters);
  resume_planner(level);
  return bigint_value(0, 0) - 1;
}

// The batch after `last` without its slice: what is left of the window of `last`, or a new window. which
// ends now, unless the publisher itself has come to its end.
// `keys`: where its rows lie.
Batch next_window(const Batch& last, const Standing& standing, KeyRange& keys) {
  Batch next = last;
  next.batch_id = last.batch_id + 1;
  if (!last.window_complete) {
    next.slice_after = last.slice_through;
    keys = outbox_keys();
    return next;
  }
  next.snapshot_before = last.snapshot_after;
  next.transaction_bound_before = last.transaction_bound_after;
  next.position_bound_before = last.position_bound_after;
  next.slice_after = 0;
  if (standing.ends) {
    next.position_bound_after = standing.end.position_bound_after;
    next.transaction_bound_after = standing.end.transaction_bound_after;
    next.snapshot_after = standing.end.snapshot_after;
  } else {
    end_window(next);
  }
  keys = outbox_keys();
  next.position_bound_before = position_bound(next, keys);
  return next;
}

void cut_slice(Batch& batch, const Limits& limits, const KeyRange& keys) {
  Parameters parameters;
  const int level = force_index_scans();
  parameters.add_bigint(new_rows_after(batch));
  parameters.add(new_transactions_from(batch));
  parameters.add(batch.snapshot_after);
  parameters.add(late_transactions(batch, keys));
  parameters.add_bigint(batch.slice_after);
  parameters.add_int(limits.messages);
  parameters.add_bigint(limits.bytes);
  parameters.add_bigint(batch.shard.number);
  parameters.add_bigint(batch.shard.count);
  add_outbox_keys(parameters, keys);
  (void)run(measure_slice, parameters);
  resume_planner(level);
  batch.messages = int_value(0, 0);
  batch.bytes = bigint_value(0, 1);
  batch.slice_through = std::max(bigint_value(0, 2), batch.slice_after);
  batch.window_complete = bool_value(0, 3);
}

[[noreturn]] void refuse_number(const char* problem, std::int64_t batch_id, const Batch& last) {
  refuse("KC015", psprintf("batch " INT64_FORMAT " cannot be the last %s one", batch_id, problem),
         psprintf("{\"lastBatch\": " INT64_FORMAT ", \"publishedThrough\": " INT64_FORMAT "}", last.batch_id,
                  last.published_through),
         "Another relay works for this publisher, or the database lost batches: ask resume_publication() "
         "with Kafka's progress.");
}

// Whether there is a batch with that number whose messages nobody has said to be published.
bool is_open(std::string_view publisher, std::int64_t batch_id, const Batch& last) {
  if (batch_id <= last.published_through || batch_id > last.batch_id) return false;
  if (batch_id == last.batch_id) return last.messages > 0;
  Batch found = {};
  return find_open_batch(publisher, batch_id - 1, found) && found.batch_id == batch_id;
}

// How far the relay says it is. Plain data.
struct Reached {
  std::int64_t published_through;
  std::int64_t opened_through;  // at or below published_through: no batch is opened ahead
};

void check_reached(std::string_view publisher, const Reached& reached, const Batch& last) {
  if (reached.published_through != last.published_through &&
      !is_open(publisher, reached.published_through, last)) {
    refuse_number("published", reached.published_through, last);
  }
  if (reached.opened_through > reached.published_through &&
      !is_open(publisher, reached.opened_through, last)) {
    refuse_number("opened", reached.opened_through, last);
  }
}

// A relay that has two in hand publishes the first of them first.
void require_one_ahead(std::string_view publisher, const Reached& reached) {
  Batch oldest = {};
  if (!find_open_batch(publisher, reached.published_through, oldest) ||
      oldest.batch_id == reached.opened_through)
    return;
  refuse("KC015", "two batches are open already",
         psprintf("{\"publishedThrough\": " INT64_FORMAT ", \"openedThrough\": " INT64_FORMAT "}",
                  reached.published_through, reached.opened_through),
         "Publish the older one first.");
}

// A batch without messages only says that those before it are published, and counts as published itself: not
// while one is open. That of a publisher which has come to its end is its last.
bool open_next(std::string_view publisher, const Standing& standing, const Reached& reached,
               const Limits& limits, const Batch& last, Batch& batch) {
  require_counting_one_by_one(
      "Nothing is published until then, and nothing is lost: ALTER SEQUENCE command_center.outbox_position "
      "CACHE 1 INCREMENT 1 NO CYCLE;");
  KeyRange keys = {};
  batch = next_window(last, standing, keys);
  cut_slice(batch, limits, keys);
  if (batch.messages == 0 && !last.window_complete) {
    Batch finished = last;
    finished.window_complete = true;
    batch = next_window(finished, standing, keys);
    cut_slice(batch, limits, keys);
  }
  batch.published_through = reached.published_through;
  batch.opened_at = GetCurrentTimestamp();
  const bool none_is_open = reached.opened_through <= reached.published_through;
  const bool closes_last = none_is_open && reached.published_through > last.published_through;
  const bool is_last = none_is_open && standing.ends;
  if (batch.messages == 0 && !closes_last && !is_last) return false;
  if (batch.messages > 0) park_held(publisher, batch);
  record_batch(publisher, batch);
  if (batch.messages == 0 && is_last) end_publisher(publisher);
  return batch.messages > 0;
}

// Finds the batch to publish next, the oldest that is open, and records it unless it is. False: there is
// nothing to publish.
bool advance(std::string_view publisher, const Standing& standing, const Reached& reached,
             const Limits& limits, Batch& batch) {
  const Batch last = last_batch(publisher);
  check_reached(publisher, reached, last);
  const std::int64_t in_hand = std::max(reached.published_through, reached.opened_through);
  if (in_hand < last.batch_id && find_open_batch(publisher, in_hand, batch)) {
    // It was committed before, but perhaps without the wait for a standby: this transaction's commit makes up
    // for it.
    (void)run(emit_wal, Parameters());
    return true;
  }
  if (reached.opened_through > reached.published_through) require_one_ahead(publisher, reached);
  return open_next(publisher, standing, reached, limits, last, batch);
}

Datum next_batch(FunctionCallInfo fcinfo) {
  require_read_committed("next_batch");
  const std::string_view publisher = text_argument(fcinfo, 0);
  const Limits limits = read_limits(fcinfo);
  MemoryContext caller = CurrentMemoryContext;
  InitMaterializedSRF(fcinfo, 0);
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);

  const OwnerSession session = open_session(kInstallation);
  lock_publisher(publisher, PublisherLock::kCursor);
  const Standing standing = publisher_standing(publisher);
  require_turn(publisher, standing);
  Batch batch = {};
  // Version 0.3.0 and earlier declare four parameters.
  const Reached reached = {PG_GETARG_INT64(1), PG_NARGS() > 4 ? PG_GETARG_INT64(4) : 0};
  if (advance(publisher, standing, reached, limits, batch)) {
    const int to_publish = batch.messages - count_left_out(batch);
    MemoryContext working = MemoryContextSwitchTo(caller);
    Datum values[] = {Int64GetDatum(batch.batch_id), Int32GetDatum(to_publish), Int64GetDatum(batch.bytes),
                      progress_record(publisher, standing.identity, batch)};
    bool nulls[] = {false, false, false, false};
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
    MemoryContextSwitchTo(working);
  }
  close_session(session);
  make_commit_durable();
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_next_batch);
}

Datum command_center_next_batch(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::next_batch(fcinfo); });
}
