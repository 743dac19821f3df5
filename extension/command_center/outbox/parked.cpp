// Asks for parked rows by position, each time for a narrow range.
#include "extension/command_center/outbox/parked.hpp"

#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/batch_rows.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement select_any = {
    kInstallation,
    "SELECT EXISTS (SELECT FROM command_center.parked_messages WHERE \"position\" > $1 AND \"position\" <= $4)"
    " OR EXISTS (SELECT FROM (" LATE_ROWS("message.\"position\", message.message_id") ") AS message"
    "  WHERE " IS_LEFT_OUT ") WHERE $2 IS NOT NULL AND $3 IS NOT NULL",
    8,
    {BATCH_PARAMETERS},
    Planning::kOnce};

Statement count_rows = {kInstallation,
                        "SELECT count(*)::integer FROM (" BATCH_ROWS(
                            "message.\"position\", message.message_id") ") AS message WHERE " IS_LEFT_OUT,
                        8,
                        {BATCH_PARAMETERS}};

Statement select_parked_through = {
    kInstallation,
    "SELECT to_jsonb(max(parked_at)) #>> '{}' FROM command_center.parked_messages WHERE publisher = $1",
    1,
    {TEXTOID}};

// Half of the time that it is kept: whatever a failover lost is younger.
Statement select_parked_at = {
    kInstallation,
    "SELECT $2::timestamptz < clock_timestamp() - make_interval(secs => $3) OR EXISTS ("
    "SELECT FROM command_center.parked_messages WHERE publisher = $1 AND parked_at = $2::timestamptz)",
    3,
    {TEXTOID, TEXTOID, INT4OID}};

Statement select_holds = {kInstallation,
                          "SELECT EXISTS (SELECT FROM command_center.topic_holds WHERE publisher = $1)"
                          " OR EXISTS (SELECT FROM command_center.key_holds WHERE publisher = $1)",
                          1,
                          {TEXTOID},
                          Planning::kOnce};

Statement park_rows = {
    kInstallation,
    "INSERT INTO command_center.parked_messages (publisher, batch_id, parked_at, reason, \"position\","
    " message_id, tenant_id, command_id, topic, partition_key, headers, value, ordered)"
    " SELECT $9, $10, clock_timestamp(), CASE WHEN topic_hold.topic IS NULL THEN 'behind' ELSE 'topic' END,"
    "  message.\"position\", message.message_id, message.tenant_id, message.command_id, message.topic,"
    "  message.partition_key, message.headers, message.value, message.ordered"
    " FROM (" BATCH_ROWS("message.*") ") AS message"
    " LEFT JOIN command_center.topic_holds AS topic_hold"
    "  ON topic_hold.publisher = $9 AND topic_hold.topic = message.topic"
    " LEFT JOIN command_center.key_holds AS key_hold ON key_hold.publisher = $9"
    "  AND key_hold.topic = message.topic AND key_hold.tenant_id = message.tenant_id"
    "  AND key_hold.partition_key = message.partition_key AND message.ordered IS NOT FALSE"
    " WHERE (topic_hold.topic IS NOT NULL OR key_hold.topic IS NOT NULL) AND NOT " IS_LEFT_OUT,
    10,
    {BATCH_PARAMETERS, TEXTOID, INT8OID}};

}  // namespace

Parameters batch_parameters(const Batch& batch, const KeyRange& keys) {
  Parameters parameters;
  parameters.add_bigint(new_rows_after(batch));
  parameters.add(new_transactions_from(batch));
  parameters.add(batch.snapshot_after);
  parameters.add_bigint(batch.slice_through);
  parameters.add(late_transactions(batch, keys));
  parameters.add_bigint(batch.slice_after);
  parameters.add_bigint(batch.shard.number);
  parameters.add_bigint(batch.shard.count);
  return parameters;
}

OwnLock parked_lock(std::string_view family) {
  return named_lock(LockKind::kParked, zero_terminated(family));
}

void lock_parking(std::string_view family) {
  take_lock(named_lock(LockKind::kParking, zero_terminated(family)), LockMode::kExclusive,
            "what is put aside of the publisher");
}

const char* parked_through(std::string_view family) {
  if (!knows_parking()) return nullptr;
  Parameters parameters;
  parameters.add_text(family);
  (void)run_with_latest_snapshot(select_parked_through, parameters);
  return is_null(0, 0) ? nullptr : text_value(0, 0);
}

bool has_parked_at(std::string_view family, const char* moment) {
  if (!knows_parking()) return true;
  const int kept = settings().outbox_retention;
  Parameters parameters;
  parameters.add_text(family);
  parameters.add_text(moment);
  parameters.add_int(kept < 0 ? INT_MAX : kept / 2);
  (void)run_with_latest_snapshot(select_parked_at, parameters);
  return bool_value(0, 0);
}

bool knows_parking() {
  return is_installed(kInstallation, "parked_messages");
}

int count_left_out(const Batch& batch) {
  if (!knows_parking() || !may_have_rows("parked_messages", "parked_at")) return 0;
  const int level = force_index_scans();
  const Parameters parameters = batch_parameters(batch);
  (void)run(select_any, parameters);
  int count = 0;
  if (bool_value(0, 0)) {
    (void)run(count_rows, parameters);
    count = int_value(0, 0);
  }
  resume_planner(level);
  return count;
}

void park_held(std::string_view publisher, const Batch& batch) {
  if (!knows_parking()) return;
  const std::string_view family = parse_publisher(publisher).family;
  Parameters holds;
  holds.add_text(family);
  (void)run(select_holds, holds);
  if (!bool_value(0, 0)) return;
  lock_parking(family);
  Parameters parameters = batch_parameters(batch);
  parameters.add_text(family);
  parameters.add_bigint(batch.batch_id);
  const int level = force_index_scans();
  (void)run(park_rows, parameters);
  resume_planner(level);
}

}  // namespace command_center::extension
