// Searches the batches of a publisher for the one that holds a row. Once a row lies behind the cursor it does
// so for every later batch: a search by days, then by halves.
#include "extension/command_center/outbox/publication.hpp"

#include "extension/command_center/outbox/parked.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/command_center/outbox/publisher_id.hpp"

#include <algorithm>

#include "extension/command_center/installation.hpp"
#include "extension/command_center/tables.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/leaf_partition.hpp"
#include "extension/server/primary_key_scan.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// One that has ended is no publisher any more, but of the messages that were its own it tells. Transaction 2
// was given to what a recovery or a rebase found to be published, which any of them tells. As long as setup()
// has not made the table of shards, each has all.
Statement select_publishers = {
    kInstallation, "SELECT publisher FROM command_center.publishers ORDER BY publisher", 0, {}};
Statement select_owners = {
    kInstallation,
    "SELECT share.publisher FROM command_center.publisher_shards AS share"
    " WHERE " IS_OF_SHARD("$1", "share.shard", "share.shards")
    " AND (share.begins_at IS NULL OR $2 = '2'::xid8 OR NOT pg_visible_in_snapshot($2, share.begins_at))"
    " AND (share.ends_at IS NULL OR pg_visible_in_snapshot($2, share.ends_at))"
    " UNION SELECT known.publisher FROM command_center.publishers AS known WHERE NOT EXISTS ("
    "  SELECT FROM command_center.publisher_shards AS share WHERE share.publisher = known.publisher)"
    " ORDER BY publisher",
    2,
    {TEXTOID, XID8OID}};

// After rebase_outbox() a batch from before may still stand there for resume_publication(). Its snapshots are
// those of another time; it alone counts itself as published.
#define BATCHES_OF_PUBLISHER                                                                  \
  "SELECT batch_id, opened_at, snapshot_before, snapshot_after, slice_after, slice_through, " \
  "published_through"                                                                         \
  " FROM command_center.publication_batches WHERE publisher = $1 AND published_through < batch_id"

// Of the table as a whole, where it is not what setup() made.
Statement select_last = {
    kInstallation, BATCHES_OF_PUBLISHER " ORDER BY batch_id DESC LIMIT 1", 1, {TEXTOID}, Planning::kOnce};
Statement select_from = {kInstallation,
                         BATCHES_OF_PUBLISHER " AND batch_id >= $2 ORDER BY batch_id LIMIT 1",
                         2,
                         {TEXTOID, INT8OID},
                         Planning::kOnce};

Statement select_outcomes = {
    kInstallation,
    "SELECT coalesce(bool_or(outcome.new_position IS NULL), false), max(outcome.new_position),"
    " (array_agg(outcome.new_transaction_id ORDER BY outcome.new_position DESC))[1]"
    " FROM command_center.parked_messages AS parked LEFT JOIN command_center.parked_outcomes AS outcome"
    " ON outcome.\"position\" = parked.\"position\" AND outcome.message_id = parked.message_id"
    " WHERE parked.\"position\" = $1",
    1,
    {INT8OID},
    Planning::kOnce};

enum Column : int {
  kBatchId = 2,
  kOpenedAt = 3,
  kPublishedThrough = 4,
  kSnapshotBefore = 5,
  kSnapshotAfter = 6,
  kSliceAfter = 11,
  kSliceThrough = 12
};

struct Row {
  Datum transaction_id;
  std::int64_t position;
};

// One batch, and what it says of a row.
struct Answer {
  bool found;
  std::int64_t batch_id;
  TimestampTz opened_at;
  std::int64_t published_through;
  bool covered;         // the row lies in this batch or in an earlier one
  bool covered_before;  // in one of an earlier window or slice
};

// The batches of one publisher, of a day or of all days.
struct Batches {
  Datum publisher;
  Oid day;  // 0: all, by statements
};

Answer judge(const Row& row, std::int64_t batch_id, TimestampTz opened_at, std::int64_t published_through,
             Datum snapshot_before, Datum snapshot_after, std::int64_t slice_after,
             std::int64_t slice_through) {
  const auto is_visible_in = [&row](Datum snapshot) {
    return DatumGetBool(DirectFunctionCall2(pg_visible_in_snapshot, row.transaction_id, snapshot));
  };
  const bool before_window = is_visible_in(snapshot_before);
  return {true,
          batch_id,
          opened_at,
          published_through,
          is_visible_in(snapshot_after) && (row.position <= slice_through || before_window),
          before_window || row.position <= slice_after};
}

Answer judge_result(const Row& row) {
  return judge(row, bigint_value(0, 0), DatumGetTimestampTz(value(0, 1, TIMESTAMPTZOID)), bigint_value(0, 6),
               value(0, 2, PG_SNAPSHOTOID), value(0, 3, PG_SNAPSHOTOID), bigint_value(0, 4),
               bigint_value(0, 5));
}

Answer judge_slot(const Row& row, TupleTableSlot* slot) {
  const auto bigint = [slot](Column column) { return DatumGetInt64(present_value(slot, column)); };
  return judge(row, bigint(kBatchId), DatumGetTimestampTz(present_value(slot, kOpenedAt)),
               bigint(kPublishedThrough), present_value(slot, kSnapshotBefore),
               present_value(slot, kSnapshotAfter), bigint(kSliceAfter), bigint(kSliceThrough));
}

bool is_of_another_time(TupleTableSlot* slot) {
  return DatumGetInt64(present_value(slot, kPublishedThrough)) >=
         DatumGetInt64(present_value(slot, kBatchId));
}

Answer first_in_scan(PrimaryKeyScan scan, const Row& row) {
  Answer answer = {};
  while (!answer.found && next_row(scan)) {
    if (!is_of_another_time(scan.slot)) answer = judge_slot(row, scan.slot);
  }
  end_scan(scan);
  return answer;
}

Answer last_of(const Batches& batches, const Row& row) {
  if (OidIsValid(batches.day))
    return first_in_scan(begin_scan_backwards(batches.day, GetActiveSnapshot(), &batches.publisher, 1), row);
  Parameters parameters;
  parameters.add(batches.publisher);
  return read(select_last, parameters) > 0 ? judge_result(row) : Answer{};
}

// The first one with this number or a later one.
Answer first_from(const Batches& batches, std::int64_t batch_id, const Row& row) {
  if (OidIsValid(batches.day)) {
    const Datum key[] = {batches.publisher, Int64GetDatum(batch_id)};
    return first_in_scan(begin_scan_from(batches.day, GetActiveSnapshot(), key, lengthof(key)), row);
  }
  Parameters parameters;
  parameters.add(batches.publisher);
  parameters.add_bigint(batch_id);
  return read(select_from, parameters) > 0 ? judge_result(row) : Answer{};
}

// The first batch that covers the row, of those up to `last`, which does.
Answer first_covering(const Batches& batches, const Answer& last, const Row& row) {
  Answer found = last;
  std::int64_t low = first_from(batches, 0, row).batch_id;
  std::int64_t beyond = last.batch_id;
  while (low < beyond) {
    CHECK_FOR_INTERRUPTS();
    const std::int64_t middle = low + (beyond - low) / 2;
    const Answer answer = first_from(batches, middle, row);
    if (answer.covered) {
      found = answer;
      beyond = middle;
    } else {
      low = answer.batch_id + 1;
    }
  }
  return found;
}

// The days to look at: a row is in a batch that was opened after it was received, by a clock that somebody
// may have set back a little since. A row of the future was received by a clock that was wrong: all days
// then.
struct Days {
  Datum first;
  Datum last;
};
Days days_since(TimestampTz received_at) {
  const TimestampTz now = GetCurrentTimestamp();
  const TimestampTz first = received_at <= now ? received_at - USECS_PER_DAY : DT_NOBEGIN;
  return {TimestampTzGetDatum(first), TimestampTzGetDatum(now + USECS_PER_HOUR)};
}

// Locks it.
bool is_day_as_written(Oid day) {
  Relation opened = table_open(day, AccessShareLock);
  const bool as_written = is_as_written(opened, kPublicationBatches);
  table_close(opened, NoLock);
  return as_written;
}

Leaves all_days() {
  return {static_cast<Oid*>(palloc0(sizeof(Oid))), 1};
}

// By one publisher, whose batches lie in these days in their order. Days after the one that tells are not
// touched.
Publication publication_by(Datum publisher, const Leaves& days, const Row& row) {
  Answer found = {};
  for (int i = 0; i < days.count; ++i) {
    const Batches batches = {publisher, days.partitions[i]};
    if (OidIsValid(batches.day) && !is_day_as_written(batches.day))
      return publication_by(publisher, all_days(), row);
    if (!found.found) {
      const Answer last = last_of(batches, row);
      if (!last.covered) continue;
      found = first_covering(batches, last, row);
      // The batch that held it is gone.
      if (found.covered_before) return {true, false, 0};
    }
    // Another one may have been opened ahead.
    Answer next = first_from(batches, found.batch_id + 1, row);
    while (next.found && next.published_through < found.batch_id)
      next = first_from(batches, next.batch_id + 1, row);
    if (next.found) return {true, true, next.opened_at};
  }
  return {};
}

bool is_earlier(const Publication& left, const Publication& right) noexcept {
  if (!left.published || !right.published) return left.published;
  return left.time_known && (!right.time_known || left.at < right.at);
}

Leaves days_or_all(TimestampTz received_at) {
  Relation table = table_open(installed_relation(kInstallation, "publication_batches"), AccessShareLock);
  const bool directly = is_as_written(table, kPublicationBatches) && has_only_leaves(table);
  const Days since = days_since(received_at);
  const Leaves days = directly ? partitions_between(table, since.first, since.last) : all_days();
  table_close(table, NoLock);
  return days;
}

bool may_be_parked(TimestampTz received_at) {
  if (!knows_parking()) return false;
  Relation table = table_open(installed_relation(kInstallation, "parked_messages"), AccessShareLock);
  const Days since = days_since(received_at);
  const bool may_be = may_have_rows_between(table, since.first, since.last);
  table_close(table, NoLock);
  return may_be;
}

// Where the messages of the position are now, if they were put aside and sent again since. False: one still
// is put aside, or is never sent.
bool find_last_place(Row& row, TimestampTz received_at) {
  if (!may_be_parked(received_at)) return true;
  while (true) {
    CHECK_FOR_INTERRUPTS();
    Parameters parameters;
    parameters.add_bigint(row.position);
    (void)read(select_outcomes, parameters);
    if (bool_value(0, 0)) return false;
    if (is_null(0, 1)) return true;
    row = {datumCopy(value(0, 2, XID8OID), true, sizeof(std::uint64_t)), bigint_value(0, 1)};
  }
}

// The names of those whose the row is, as rows of the last result.
std::uint64_t read_owners(Datum partition_key, const Row& row) {
  Parameters parameters;
  if (!knows_shards()) return read(select_publishers, parameters);
  parameters.add(partition_key);
  parameters.add(row.transaction_id);
  return read(select_owners, parameters);
}

}  // namespace

Publication find_publication(Datum transaction_id, Datum partition_key, std::int64_t position,
                             std::int64_t received_at) {
  Row row = {transaction_id, position};
  if (!find_last_place(row, received_at)) return {};
  const auto publishers = static_cast<int>(read_owners(partition_key, row));
  auto* names = static_cast<Datum*>(palloc(sizeof(Datum) * static_cast<std::size_t>(publishers + 1)));
  for (int i = 0; i < publishers; ++i)
    names[i] = datumCopy(value(static_cast<std::uint64_t>(i), 0, TEXTOID), false, -1);
  const Leaves days = days_or_all(received_at);
  Publication earliest = {};
  for (int i = 0; i < publishers; ++i) {
    const Publication found = publication_by(names[i], days, row);
    if (is_earlier(found, earliest)) earliest = found;
  }
  return earliest;
}

}  // namespace command_center::extension
