// Reads the messages of a recorded batch: the same rows in the same order, however often.
#include <algorithm>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/batch_rows.hpp"
#include "extension/command_center/outbox/parked.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kRowsPerFetch = 1000;

// Publishing goes on while a column has another type than setup() gave it.
#define MESSAGE_COLUMNS                                                           \
  "message.\"position\"::bigint, message.message_id::uuid, message.topic::text, " \
  "message.partition_key::text, message.headers::json, message.value::text"

// Most batches have no late transactions, and then the index gives the order.
Statement select_new = {
    kInstallation,
    NEW_ROWS(MESSAGE_COLUMNS) " AND " IN_KEYS("$9", "$10") " ORDER BY \"position\", message_id",
    10,
    {BATCH_PARAMETERS, UUIDOID, UUIDOID},
    Planning::kOnce};

Statement select_all = {
    kInstallation, BATCH_ROWS(MESSAGE_COLUMNS) " ORDER BY \"position\", message_id", 8, {BATCH_PARAMETERS}};

Statement select_without_parked = {kInstallation,
                                   "SELECT " MESSAGE_COLUMNS
                                   " FROM (" BATCH_ROWS("message.*") ") AS message WHERE NOT " IS_LEFT_OUT
                                                                     " ORDER BY \"position\", message_id",
                                   8,
                                   {BATCH_PARAMETERS}};

Statement count_messages = {kInstallation,
                            "SELECT count(*) FROM (" BATCH_ROWS("message.message_id") ") AS message",
                            8,
                            {BATCH_PARAMETERS}};

bool has_late_transactions(const Parameters& parameters) {
  constexpr int kLateTransactions = 4;
  const ArrayType* items = DatumGetArrayTypeP(parameters.values()[kLateTransactions]);
  return ArrayGetNItems(ARR_NDIM(items), ARR_DIMS(items)) > 0;
}

PortalData* open_messages(const Batch& batch, int left_out) {
  const KeyRange keys = outbox_keys();
  const Parameters parameters = batch_parameters(batch, keys);
  if (left_out > 0) return open_cursor(select_without_parked, parameters);
  if (has_late_transactions(parameters)) return open_cursor(select_all, parameters);
  Parameters with_keys = parameters;
  add_outbox_keys(with_keys, keys);
  return open_cursor(select_new, with_keys);
}

// Puts the messages into the result, a piece at a time, and answers how many there were.
std::int64_t copy_messages(const Batch& batch, int left_out, const ReturnSetInfo* result) {
  PortalData* cursor = open_messages(batch, left_out);
  std::uint64_t copied = 0;
  while (const std::uint64_t rows = fetch(cursor, kRowsPerFetch)) {
    put_rows(result);
    copied += rows;
  }
  SPI_cursor_close(cursor);
  return static_cast<std::int64_t>(copied);
}

// The part of a batch behind a position; the other part is put into `before`.
Batch divide(const Batch& whole, std::int64_t after_position, Batch& before) {
  before = whole;
  Batch behind = whole;
  before.slice_through = behind.slice_after =
      std::clamp(after_position, whole.slice_after, whole.slice_through);
  return behind;
}

std::int64_t count_rows_of(const Batch& batch) {
  if (batch.slice_through <= batch.slice_after) return 0;
  (void)run(count_messages, batch_parameters(batch));
  return bigint_value(0, 0);
}

Datum batch_messages(FunctionCallInfo fcinfo) {
  const std::string_view publisher = text_argument(fcinfo, 0);
  // Before the result is made: it is kept in memory as far as work_mem lets it.
  const int level = force_index_scans();
  InitMaterializedSRF(fcinfo, 0);
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const OwnerSession session = open_session(kInstallation);
  const Batch batch = find_batch(publisher, PG_GETARG_INT64(1));
  Batch before = {};
  // Version 0.3.0 and earlier declare two parameters.
  const Batch asked = divide(batch, PG_NARGS() > 2 ? PG_GETARG_INT64(2) : 0, before);
  const int left_out = count_left_out(asked);
  const std::int64_t rows = count_rows_of(before) + left_out + copy_messages(asked, left_out, result);
  if (rows != batch.messages) {
    refuse("KC015",
           psprintf("batch " INT64_FORMAT " has " INT64_FORMAT " messages, not the recorded %d",
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
