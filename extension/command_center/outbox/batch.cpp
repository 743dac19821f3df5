// Reads recorded batches and writes their progress records.
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/installation.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "extension/command_center/outbox/batch_rows.hpp"
#include "extension/server/leaf_partition.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

#define BATCH_COLUMNS                                                                                     \
  "batch_id, published_through, snapshot_before, snapshot_after, transaction_bound_before, "              \
  "transaction_bound_after,"                                                                              \
  " position_bound_before, position_bound_after, slice_after, slice_through, window_complete, messages, " \
  "bytes, opened_at"

// Each batch costs a few of these, so they are planned once, and look only into partitions that hold rows:
// most are for days to come. $2 and $3 between what those begin and end with.
#define BATCHES           \
  "SELECT " BATCH_COLUMNS \
  " FROM command_center.publication_batches WHERE publisher = $1 AND opened_at >= $2 AND opened_at <= $3"

Statement select_last = {kInstallation,
                         BATCHES " ORDER BY batch_id DESC LIMIT 1",
                         3,
                         {TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID},
                         Planning::kOnce};

Statement select_batch = {kInstallation,
                          BATCHES " AND batch_id = $4",
                          4,
                          {TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID},
                          Planning::kOnce};

Statement select_open = {kInstallation,
                         BATCHES " AND batch_id > $4 AND messages > 0 ORDER BY batch_id LIMIT 1",
                         4,
                         {TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID},
                         Planning::kOnce};

// Those in progress at the first snapshot: listed in it, or at or above its xmax and below the bound. The
// latter are looked up in the outbox one after the other by its index; a range of ids may be long, since
// subtransactions have ids too.
Statement select_late = {
    kInstallation,
    "WITH RECURSIVE begun AS ("
    " (SELECT transaction_id FROM command_center.transactional_outbox"
    "  WHERE transaction_id >= pg_snapshot_xmax($1) AND transaction_id < $3 AND " IN_KEYS("$4", "$5")
    "  ORDER BY transaction_id LIMIT 1)"
    " UNION ALL"
    " SELECT following.transaction_id FROM begun CROSS JOIN LATERAL ("
    "  SELECT message.transaction_id FROM command_center.transactional_outbox AS message"
    "  WHERE message.transaction_id > begun.transaction_id AND message.transaction_id < $3 AND " IN_KEYS("$4",
                                                                                                        "$5")
    "  ORDER BY message.transaction_id LIMIT 1) AS following"
    "), late AS (SELECT transaction_id FROM begun UNION ALL SELECT * FROM pg_snapshot_xip($1))"
    " SELECT ARRAY(SELECT transaction_id FROM late WHERE pg_visible_in_snapshot(transaction_id, $2))",
    5,
    {PG_SNAPSHOTOID, PG_SNAPSHOTOID, XID8OID, UUIDOID, UUIDOID},
    Planning::kOnce};

Statement insert_batch = {
    kInstallation,
    "INSERT INTO command_center.publication_batches"
    " (publisher, batch_id, opened_at, published_through, snapshot_before, snapshot_after, "
    "transaction_bound_before,"
    " transaction_bound_after, position_bound_before, position_bound_after, slice_after, slice_through, "
    "window_complete, messages,"
    " bytes) VALUES ($1, $2, $15, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    15,
    {TEXTOID, INT8OID, INT8OID, PG_SNAPSHOTOID, PG_SNAPSHOTOID, XID8OID, XID8OID, INT8OID, INT8OID, INT8OID,
     INT8OID, BOOLOID, INT4OID, INT8OID, TIMESTAMPTZOID}};

Statement select_position_bound = {
    kInstallation,
    "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM command_center.outbox_position",
    0,
    {}};

Statement select_snapshot = {kInstallation, "SELECT pg_current_snapshot()", 0, {}};

// A datum that the next statement does not take away.
Datum kept_datum(std::uint64_t row, int column, Oid type) {
  return datumCopy(value(row, column, type), false, -1);
}

Datum xid8_datum(std::uint64_t transaction_id) {
  return FullTransactionIdGetDatum(FullTransactionIdFromU64(transaction_id));
}

std::uint64_t xid8_value(Datum transaction_id) {
  return U64FromFullTransactionId(DatumGetFullTransactionId(transaction_id));
}

Datum kept_xid8(std::uint64_t row, int column) {
  return xid8_datum(xid8_value(value(row, column, XID8OID)));
}

Batch first_row(std::string_view publisher) {
  Batch batch = {};
  batch.shard = parse_publisher(publisher).shard;
  batch.batch_id = bigint_value(0, 0);
  batch.published_through = bigint_value(0, 1);
  batch.snapshot_before = kept_datum(0, 2, PG_SNAPSHOTOID);
  batch.snapshot_after = kept_datum(0, 3, PG_SNAPSHOTOID);
  batch.transaction_bound_before = kept_xid8(0, 4);
  batch.transaction_bound_after = kept_xid8(0, 5);
  batch.position_bound_before = bigint_value(0, 6);
  batch.position_bound_after = bigint_value(0, 7);
  batch.slice_after = bigint_value(0, 8);
  batch.slice_through = bigint_value(0, 9);
  batch.window_complete = bool_value(0, 10);
  batch.messages = int_value(0, 11);
  batch.bytes = bigint_value(0, 12);
  batch.opened_at = DatumGetTimestampTz(value(0, 13, TIMESTAMPTZOID));
  return batch;
}

KeyRange keys_of(const char* table, const char* column, Oid type, const KeyRange& all) {
  Relation relation = table_open(installed_relation(kInstallation, table), AccessShareLock);
  const KeyRange keys = keys_with_rows(relation, column, type, all);
  table_close(relation, NoLock);
  return keys;
}

Datum uuid_of(int byte) {
  auto* uuid = static_cast<pg_uuid_t*>(palloc(sizeof(pg_uuid_t)));
  memset(uuid->data, byte, sizeof(uuid->data));
  return UUIDPGetDatum(uuid);
}

KeyRange days_of(const char* table, const char* column) {
  return keys_of(table, column, TIMESTAMPTZOID,
                 {TimestampTzGetDatum(DT_NOBEGIN), TimestampTzGetDatum(DT_NOEND), false});
}

// Runs one of the statements above, with the number of a batch where it wants one.
std::uint64_t run_on_batches(Statement& statement, std::string_view publisher,
                             std::optional<std::int64_t> number = std::nullopt) {
  const KeyRange keys = days_of("publication_batches", "opened_at");
  Parameters parameters;
  parameters.add_text(publisher);
  parameters.add(keys.first);
  parameters.add(keys.last);
  if (number) parameters.add_bigint(*number);
  const int level = force_index_scans();
  const std::uint64_t rows = run(statement, parameters);
  resume_planner(level);
  return rows;
}

// The snapshot before every transaction: 3 is the first id that PostgreSQL gives to one.
Datum first_snapshot() {
  return DirectFunctionCall1(pg_snapshot_in, CStringGetDatum("3:3:"));
}

}  // namespace

Batch before_everything() {
  Batch none = {};
  none.snapshot_before = none.snapshot_after = first_snapshot();
  none.transaction_bound_before = none.transaction_bound_after = xid8_datum(FirstNormalTransactionId);
  none.window_complete = true;
  return none;
}

Batch last_batch(std::string_view publisher) {
  if (run_on_batches(select_last, publisher) > 0) return first_row(publisher);
  Batch none = before_everything();
  none.shard = parse_publisher(publisher).shard;
  return none;
}

// The order in which they are read is what Batch rests on.
void end_window(Batch& batch) {
  (void)run(select_position_bound, Parameters());
  batch.position_bound_after = bigint_value(0, 0);
  batch.transaction_bound_after = FullTransactionIdGetDatum(ReadNextFullTransactionId());
  (void)run(select_snapshot, Parameters());
  batch.snapshot_after = kept_datum(0, 0, PG_SNAPSHOTOID);
}

void record_batch(std::string_view publisher, const Batch& batch) {
  Parameters row;
  row.add_text(publisher);
  row.add_bigint(batch.batch_id);
  row.add_bigint(batch.published_through);
  row.add(batch.snapshot_before);
  row.add(batch.snapshot_after);
  row.add(batch.transaction_bound_before);
  row.add(batch.transaction_bound_after);
  row.add_bigint(batch.position_bound_before);
  row.add_bigint(batch.position_bound_after);
  row.add_bigint(batch.slice_after);
  row.add_bigint(batch.slice_through);
  row.add(BoolGetDatum(batch.window_complete));
  row.add_int(batch.messages);
  row.add_bigint(batch.bytes);
  row.add(TimestampTzGetDatum(batch.opened_at));
  (void)run(insert_batch, row);
}

Batch find_batch(std::string_view publisher, std::int64_t batch_id) {
  if (run_on_batches(select_batch, publisher, batch_id) > 0) return first_row(publisher);
  refuse("KC002", psprintf("publisher \"%.*s\" has no batch " INT64_FORMAT,
                           static_cast<int>(publisher.size()), publisher.data(), batch_id));
}

bool find_open_batch(std::string_view publisher, std::int64_t after, Batch& batch) {
  if (run_on_batches(select_open, publisher, after) == 0) return false;
  batch = first_row(publisher);
  return true;
}

bool may_have_rows(const char* table, const char* column) {
  return !days_of(table, column).is_empty;
}

KeyRange outbox_keys() {
  return keys_of("transactional_outbox", "message_id", UUIDOID, {uuid_of(0), uuid_of(0xff), false});
}

void add_outbox_keys(Parameters& parameters, const KeyRange& keys) {
  parameters.add(keys.first);
  parameters.add(keys.last);
}

Datum late_transactions(const Batch& batch, const KeyRange& keys) {
  Parameters parameters;
  parameters.add(batch.snapshot_before);
  parameters.add(batch.snapshot_after);
  parameters.add(batch.transaction_bound_before);
  add_outbox_keys(parameters, keys);
  const int level = force_index_scans();
  (void)run(select_late, parameters);
  resume_planner(level);
  return kept_datum(0, 0, XID8ARRAYOID);
}

std::int64_t new_rows_after(const Batch& batch) noexcept {
  return std::max(batch.slice_after, batch.position_bound_before);
}

Datum new_transactions_from(const Batch& batch) {
  const Datum xmax = DirectFunctionCall1(pg_snapshot_xmax, batch.snapshot_before);
  return xid8_datum(std::max(xid8_value(xmax), xid8_value(batch.transaction_bound_before)));
}

}  // namespace command_center::extension
