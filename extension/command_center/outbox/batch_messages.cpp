// Reads the messages of a recorded batch: the same rows in the same order, however often.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/arguments.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/refusal.hpp"
#include "extension/command_center/spi.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// $1 and $2 where the rows of new transactions begin, $3 the snapshot at the end, $4 late transactions, $5
// and $6 the slice.
Statement select_messages = {
    "SELECT \"position\", message_id, topic, partition_key, headers, value FROM "
    "command_center.transactional_outbox"
    " WHERE \"position\" > $1 AND \"position\" <= $6 AND transaction_id >= $2 AND "
    "pg_visible_in_snapshot(transaction_id, $3)"
    " UNION ALL"
    " SELECT found.* FROM unnest($4) AS late(transaction_id) CROSS JOIN LATERAL ("
    "  SELECT \"position\", message_id, topic, partition_key, headers, value"
    "  FROM command_center.transactional_outbox AS message"
    "  WHERE message.transaction_id >= late.transaction_id AND message.transaction_id <= late.transaction_id"
    "  AND \"position\" > $5 AND \"position\" <= $6"
    "  ORDER BY message.transaction_id, \"position\" OFFSET 0) AS found"
    " ORDER BY \"position\", message_id",
    6,
    {INT8OID, XID8OID, PG_SNAPSHOTOID, XID8ARRAYOID, INT8OID, INT8OID}};

std::uint64_t read_messages(const Batch& batch) {
  const int level = force_index_scans();
  Parameters parameters;
  parameters.add_bigint(new_rows_after(batch));
  parameters.add(new_transactions_from(batch));
  parameters.add(batch.snapshot_after);
  parameters.add(late_transactions(batch));
  parameters.add_bigint(batch.slice_after);
  parameters.add_bigint(batch.slice_through);
  const std::uint64_t rows = run(select_messages, parameters);
  resume_planner(level);
  return rows;
}

Datum batch_messages(FunctionCallInfo fcinfo) {
  const std::string_view publisher = text_argument(fcinfo, 0);
  InitMaterializedSRF(fcinfo, 0);
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const OwnerSession session = open_session();
  const Batch batch = find_batch(publisher, PG_GETARG_INT64(1));
  const std::uint64_t rows = read_messages(batch);
  if (rows != static_cast<std::uint64_t>(batch.messages)) {
    refuse("KC015",
           psprintf("batch " INT64_FORMAT " has " UINT64_FORMAT " messages, not the recorded %d",
                    batch.batch_id, rows, batch.messages),
           nullptr, "Rows of the outbox are gone, or this server is a standby that has not replayed them.");
  }
  for (std::uint64_t row = 0; row < rows; ++row)
    tuplestore_puttuple(result->setResult, SPI_tuptable->vals[row]);
  close_session(session);
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
