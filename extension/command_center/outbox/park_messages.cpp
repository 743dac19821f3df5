// Puts aside what Kafka refuses, on the word of the relay that publishes.
#include <array>
#include <cstring>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/batch_rows.hpp"
#include "extension/command_center/outbox/durable_commit.hpp"
#include "extension/command_center/outbox/parked.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

#define PARK(reason, detail)                                                                         \
  "INSERT INTO command_center.parked_messages (publisher, batch_id, parked_at, reason, detail,"      \
  " \"position\", message_id, tenant_id, command_id, topic, partition_key, headers, value, ordered)" \
  " SELECT $9, $10, clock_timestamp(), '" reason "', " detail                                        \
  ", message.\"position\", message.message_id,"                                                      \
  "  message.tenant_id, message.command_id, message.topic, message.partition_key, message.headers,"  \
  "  message.value, message.ordered FROM (" BATCH_ROWS("message.*") ") AS message"

Statement park_refused = {
    kInstallation,
    PARK("refused", "left(refused.detail, 1000)")
    " JOIN unnest($11, $12, $13) AS refused(\"position\", message_id, detail)"
    "  ON refused.\"position\" = message.\"position\" AND refused.message_id = message.message_id"
    " WHERE NOT " IS_LEFT_OUT,
    13,
    {BATCH_PARAMETERS, TEXTOID, INT8OID, INT8ARRAYOID, UUIDARRAYOID, TEXTARRAYOID}};

Statement hold_keys = {
    kInstallation,
    "INSERT INTO command_center.key_holds (publisher, topic, tenant_id, partition_key, since)"
    " SELECT DISTINCT $1, parked.topic, parked.tenant_id, parked.partition_key, clock_timestamp()"
    " FROM unnest($2, $3) AS refused(\"position\", message_id)"
    " JOIN command_center.parked_messages AS parked"
    "  ON parked.\"position\" = refused.\"position\" AND parked.message_id = refused.message_id"
    " WHERE parked.publisher = $1 AND parked.ordered IS NOT FALSE AND " IS_OPEN " ON CONFLICT DO NOTHING",
    3,
    {TEXTOID, INT8ARRAYOID, UUIDARRAYOID}};

// Behind the first that is put aside.
Statement park_behind = {
    kInstallation,
    PARK("behind", "NULL")
    " JOIN command_center.key_holds AS held ON held.publisher = $9 AND held.topic = message.topic"
    "  AND held.tenant_id = message.tenant_id AND held.partition_key = message.partition_key"
    " WHERE message.ordered IS NOT FALSE AND NOT " IS_LEFT_OUT
    " AND EXISTS (SELECT FROM command_center.parked_messages AS parked"
    "  WHERE parked.publisher = $9 AND parked.topic = message.topic AND parked.tenant_id = message.tenant_id"
    "  AND md5(parked.partition_key) = md5(message.partition_key)"
    "  AND parked.partition_key = message.partition_key"
    "  AND (parked.\"position\", parked.message_id) < (message.\"position\", message.message_id)"
    "  AND " IS_OPEN ")",
    10,
    {BATCH_PARAMETERS, TEXTOID, INT8OID}};

Statement hold = {kInstallation,
                  "INSERT INTO command_center.topic_holds (publisher, topic, since, detail)"
                  " VALUES ($1, $2, clock_timestamp(), left($3, 1000)) ON CONFLICT DO NOTHING",
                  3,
                  {TEXTOID, TEXTOID, TEXTOID}};

Statement park_topic = {kInstallation,
                        PARK("topic", "NULL") " WHERE message.topic = $11 AND NOT " IS_LEFT_OUT,
                        11,
                        {BATCH_PARAMETERS, TEXTOID, INT8OID, TEXTOID}};

Parameters rows_of(std::string_view publisher, const Batch& batch) {
  Parameters parameters = batch_parameters(batch);
  parameters.add_text(parse_publisher(publisher).family);
  parameters.add_bigint(batch.batch_id);
  return parameters;
}

std::uint64_t insert(Statement& statement, const Parameters& parameters) {
  const int level = force_index_scans();
  const std::uint64_t rows = run(statement, parameters);
  resume_planner(level);
  return rows;
}

// A relay that has lost the lease may know less than the one that has it: that one has fenced it and may have
// published the batch since. The lock of the cursor is held until the commit.
Batch begin_parking(std::string_view publisher, std::string_view holder, std::int64_t batch_id) {
  lock_publisher(publisher, PublisherLock::kCursor);
  (void)publisher_identity(publisher);
  require_lease(publisher, holder);
  const Batch batch = find_batch(publisher, batch_id);
  if (batch_id <= last_batch(publisher).published_through)
    refuse("KC015", psprintf("batch " INT64_FORMAT " is published", batch_id));
  lock_parking(parse_publisher(publisher).family);
  return batch;
}

// Calls `park` for each batch that is open from this one on.
template <typename Park>
std::uint64_t park_in_open(std::string_view publisher, std::int64_t batch_id, Park&& park) {
  std::uint64_t parked = 0;
  Batch batch = {};
  for (std::int64_t after = batch_id - 1; find_open_batch(publisher, after, batch); after = batch.batch_id)
    parked += park(batch);
  return parked;
}

int length_of(Datum array) {
  const ArrayType* items = DatumGetArrayTypeP(array);
  return ArrayGetNItems(ARR_NDIM(items), ARR_DIMS(items));
}

Datum park_messages(FunctionCallInfo fcinfo) {
  require_read_committed("park_messages");
  const std::string_view publisher = text_argument(fcinfo, 0);
  const std::int64_t batch_id = PG_GETARG_INT64(2);
  const Datum positions = PG_GETARG_DATUM(3);
  const Datum ids = PG_GETARG_DATUM(4);
  const Datum details = PG_GETARG_DATUM(5);
  if (length_of(positions) != length_of(ids) || length_of(ids) != length_of(details))
    refuse("22023", "positions, message_ids and details must have as many elements");

  const OwnerSession session = open_session(kInstallation);
  const Batch batch = begin_parking(publisher, text_argument(fcinfo, 1), batch_id);
  Parameters refused = rows_of(publisher, batch);
  refused.add(positions);
  refused.add(ids);
  refused.add(details);
  std::uint64_t parked = insert(park_refused, refused);
  Parameters keys;
  keys.add_text(parse_publisher(publisher).family);
  keys.add(positions);
  keys.add(ids);
  (void)run(hold_keys, keys);
  parked += park_in_open(publisher, batch_id, [publisher](const Batch& open) {
    return insert(park_behind, rows_of(publisher, open));
  });
  close_session(session);
  make_commit_durable();
  return Int32GetDatum(static_cast<std::int32_t>(parked));
}

Datum hold_topic(FunctionCallInfo fcinfo) {
  require_read_committed("hold_topic");
  const std::string_view publisher = text_argument(fcinfo, 0);
  const std::int64_t batch_id = PG_GETARG_INT64(2);
  const std::int64_t after_position = PG_GETARG_INT64(3);
  const std::string_view topic = text_argument(fcinfo, 4);

  const OwnerSession session = open_session(kInstallation);
  (void)begin_parking(publisher, text_argument(fcinfo, 1), batch_id);
  Parameters held;
  held.add_text(parse_publisher(publisher).family);
  held.add_text(topic);
  held.add_text(text_argument(fcinfo, 5));
  (void)run(hold, held);
  const std::uint64_t parked = park_in_open(publisher, batch_id, [&](const Batch& open) {
    // Of this one a part may be published.
    Batch behind = open;
    if (open.batch_id == batch_id && after_position > open.slice_after) behind.slice_after = after_position;
    Parameters parameters = rows_of(publisher, behind);
    parameters.add_text(topic);
    return insert(park_topic, parameters);
  });
  close_session(session);
  make_commit_durable();
  return Int32GetDatum(static_cast<std::int32_t>(parked));
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_park_messages);
PG_FUNCTION_INFO_V1(command_center_hold_topic);
}

Datum command_center_park_messages(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::park_messages(fcinfo); });
}

Datum command_center_hold_topic(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::hold_topic(fcinfo); });
}
