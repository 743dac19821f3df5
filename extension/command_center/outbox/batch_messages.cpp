// Reads the messages of a recorded batch: the same rows in the same order, however often.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kRowsPerFetch = 1000;

// Publishing goes on while a column has another type than setup() gave it.
#define MESSAGE_COLUMNS                                                                       \
  "\"position\"::bigint, message_id::uuid, topic::text, partition_key::text, headers::json, " \
  "value::text"

// $1 and $2 where the rows of new transactions begin, $3 the snapshot at the end, $4 where the slice ends.
#define NEW_MESSAGES                                                                         \
  "SELECT " MESSAGE_COLUMNS                                                                  \
  " FROM command_center.transactional_outbox WHERE \"position\" > $1 AND \"position\" <= $4" \
  " AND transaction_id >= $2 AND pg_visible_in_snapshot(transaction_id, $3)"

// Most batches have no late transactions, and then the index gives the order.
Statement select_new = {kInstallation,
                        NEW_MESSAGES " ORDER BY \"position\", message_id",
                        4,
                        {INT8OID, XID8OID, PG_SNAPSHOTOID, INT8OID}};

// $5 late transactions, $6 where the slice begins.
Statement select_new_and_late = {
    kInstallation,
    NEW_MESSAGES
    " UNION ALL"
    " SELECT found.* FROM unnest($5) AS late(transaction_id) CROSS JOIN LATERAL ("
    "  SELECT " MESSAGE_COLUMNS
    "  FROM command_center.transactional_outbox AS message"
    "  WHERE message.transaction_id >= late.transaction_id AND message.transaction_id <= late.transaction_id"
    "  AND \"position\" > $6 AND \"position\" <= $4"
    "  ORDER BY message.transaction_id, \"position\" OFFSET 0) AS found"
    " ORDER BY \"position\", message_id",
    6,
    {INT8OID, XID8OID, PG_SNAPSHOTOID, INT8OID, XID8ARRAYOID, INT8OID}};

bool is_empty_array(Datum array) {
  const ArrayType* items = DatumGetArrayTypeP(array);
  return ArrayGetNItems(ARR_NDIM(items), ARR_DIMS(items)) == 0;
}

PortalData* open_messages(const Batch& batch) {
  Parameters parameters;
  parameters.add_bigint(new_rows_after(batch));
  parameters.add(new_transactions_from(batch));
  parameters.add(batch.snapshot_after);
  parameters.add_bigint(batch.slice_through);
  const Datum late = late_transactions(batch);
  if (is_empty_array(late)) return open_cursor(select_new, parameters);
  parameters.add(late);
  parameters.add_bigint(batch.slice_after);
  return open_cursor(select_new_and_late, parameters);
}

// Puts the messages into the result, a piece at a time, and answers how many there were.
std::uint64_t copy_messages(const Batch& batch, const ReturnSetInfo* result) {
  PortalData* cursor = open_messages(batch);
  std::uint64_t copied = 0;
  while (const std::uint64_t rows = fetch(cursor, kRowsPerFetch)) {
    put_rows(result);
    copied += rows;
  }
  SPI_cursor_close(cursor);
  return copied;
}

Datum batch_messages(FunctionCallInfo fcinfo) {
  const std::string_view publisher = text_argument(fcinfo, 0);
  // Before the result is made: it is kept in memory as far as work_mem lets it.
  const int level = force_index_scans();
  InitMaterializedSRF(fcinfo, 0);
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const OwnerSession session = open_session(kInstallation);
  const Batch batch = find_batch(publisher, PG_GETARG_INT64(1));
  const std::uint64_t rows = copy_messages(batch, result);
  if (rows != static_cast<std::uint64_t>(batch.messages)) {
    refuse("KC015",
           psprintf("batch " INT64_FORMAT " has " UINT64_FORMAT " messages, not the recorded %d",
                    batch.batch_id, rows, batch.messages),
           nullptr, "Rows of the outbox are gone, or this server is a standby that has not replayed them.");
  }
  close_session(session);
  resume_planner(level);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_batch_messages);
}

Datum command_center_batch_messages(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::batch_messages(fcinfo); });
}
