// Decides what becomes of messages that are put aside: they are appended to the outbox again, or never sent.
//
// A key that is ordered is appended whole, under its lock: what is put aside of it and what no batch has yet.
// Who writes to it waits and comes behind; next_batch(), which does not see it yet, puts the rest of the key
// aside, and finds that decided afterwards.
#include <cstring>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/append.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/generation.hpp"
#include "extension/command_center/outbox/ordered_keys.hpp"
#include "extension/command_center/outbox/parked.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/command_center/shared_state/outbox_signal.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/leaf_partition.hpp"
#include "extension/server/locks/own_lock.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kMostIds = 10'000;
constexpr std::size_t kMaxReason = 1000;
constexpr int kKeysAtOnce = 100;

#define ROW_COLUMNS(row)                                                                              \
  row ".\"position\", " row ".message_id, " row ".tenant_id, " row ".command_id, " row ".topic, " row \
      ".partition_key, " row ".headers, " row ".value, " row ".ordered"

// Messages of one position stay together. $1 transaction, $2 publisher; `moving` is a query of ROW_COLUMNS
// and is_parked.
#define APPEND_AGAIN(moving) \
  "WITH moving AS MATERIALIZED (" moving                                                                    \
  "), numbered AS MATERIALIZED ("                                                                           \
  " SELECT sorted.old, nextval('command_center.outbox_position') AS new"                                    \
  " FROM (SELECT DISTINCT \"position\" AS old FROM moving ORDER BY 1) AS sorted"                            \
  "), appended AS ("                                                                                        \
  " INSERT INTO command_center.transactional_outbox (\"position\", transaction_id, tenant_id, message_id,"  \
  "  command_id, topic, partition_key, headers, value, ordered)"                                            \
  " SELECT numbered.new, $1, moving.tenant_id, moving.message_id, moving.command_id, moving.topic,"         \
  "  moving.partition_key, moving.headers, moving.value, moving.ordered"                                    \
  " FROM moving JOIN numbered ON numbered.old = moving.\"position\" RETURNING 1"                            \
  "), noted AS ("                                                                                           \
  " INSERT INTO command_center.parked_messages (publisher, parked_at, reason, \"position\", message_id,"    \
  "  tenant_id, command_id, topic, partition_key, headers, value, ordered)"                                 \
  " SELECT $2, clock_timestamp(), 'moved', " ROW_COLUMNS("moving")                                          \
  " FROM moving WHERE NOT is_parked RETURNING 1"                                                            \
  "), settled AS ("                                                                                         \
  " INSERT INTO command_center.parked_outcomes"                                                             \
  "  (\"position\", message_id, tenant_id, outcome, at, new_position, new_transaction_id)"                  \
  " SELECT moving.\"position\", moving.message_id, moving.tenant_id, 'released', clock_timestamp(),"        \
  "  numbered.new, $1 FROM moving JOIN numbered ON numbered.old = moving.\"position\" RETURNING 1"          \
  ") SELECT count(*) FROM appended"

#define OF_KEY(row)                                                       \
  row ".topic = key.topic AND " row ".tenant_id = key.tenant_id AND " row \
      ".partition_key = "                                                 \
      "key.partition_key"
#define WANTED_KEYS                                                                                 \
  "(SELECT * FROM unnest($3, $4, $5) AS given(topic, tenant_id, partition_key) WHERE " IS_OF_SHARD( \
      "given.partition_key", "$9", "$10") ") AS key"

// $6, $7 and $8: everything visible in the first snapshot is in a batch, and of what is visible in the second
// as far as the position. What a batch has got meanwhile is put aside, since its key is held until we commit.
Statement append_keys = {
    kInstallation,
    APPEND_AGAIN(
        "SELECT DISTINCT ON (found.\"position\", found.message_id) found.* FROM ("
        "SELECT " ROW_COLUMNS(
            "parked") ", true AS is_parked FROM " WANTED_KEYS
                      " JOIN command_center.parked_messages AS parked ON " OF_KEY(
                          "parked") "  AND md5(parked.partition_key) = md5(key.partition_key)"
                                    " WHERE parked.publisher = $2 AND parked.ordered IS NOT FALSE "
                                    "AND " IS_OPEN " UNION ALL"
                                    " SELECT " ROW_COLUMNS(
                                        "message") ", false FROM " WANTED_KEYS
                                                   " JOIN command_center.transactional_outbox AS message "
                                                   "ON " OF_KEY(
                                                       "message") " WHERE message.ordered IS NOT FALSE AND "
                                                                  "message.transaction_id >= "
                                                                  "pg_snapshot_xmin($6)"
                                                                  "  AND NOT "
                                                                  "pg_visible_in_snapshot(message."
                                                                  "transaction_id, $6)"
                                                                  "  AND ($7 IS NULL OR NOT "
                                                                  "pg_visible_in_snapshot(message."
                                                                  "transaction_id, $7)"
                                                                  "   OR message.\"position\" > $8)"
                                                                  "  AND NOT " IS_LEFT_OUT
                                                                  ") AS found ORDER BY found.\"position\", "
                                                                  "found.message_id, found.is_parked DESC"),
    10,
    {XID8OID, TEXTOID, TEXTARRAYOID, UUIDARRAYOID, TEXTARRAYOID, PG_SNAPSHOTOID, PG_SNAPSHOTOID, INT8OID,
     INT8OID, INT8OID},
    Planning::kEachTime};

Statement append_unordered = {
    kInstallation,
    APPEND_AGAIN("SELECT DISTINCT ON (parked.\"position\", parked.message_id) " ROW_COLUMNS(
        "parked") ", true AS is_parked FROM command_center.parked_messages AS parked"
                  " WHERE parked.message_id = ANY ($3) AND parked.publisher = $2 AND NOT parked.ordered"
                  " AND " IS_OPEN " ORDER BY parked.\"position\", parked.message_id"),
    3,
    {XID8OID, TEXTOID, UUIDARRAYOID}};

Statement free_keys = {
    kInstallation,
    "DELETE FROM command_center.key_holds AS held USING unnest($2, $3, $4) AS key(topic, tenant_id, "
    "partition_key)"
    " WHERE held.publisher = $1 AND " OF_KEY("held"),
    4,
    {TEXTOID, TEXTARRAYOID, UUIDARRAYOID, TEXTARRAYOID}};

// Of what was put aside since the keys were read, or is of a shard that has ended, nothing is decided.
Statement hold_keys_again = {
    kInstallation,
    "INSERT INTO command_center.key_holds (publisher, topic, tenant_id, partition_key, since)"
    " SELECT DISTINCT $1, key.topic, key.tenant_id, key.partition_key, clock_timestamp()"
    " FROM unnest($2, $3, $4) AS key(topic, tenant_id, partition_key)"
    " JOIN command_center.parked_messages AS parked ON " OF_KEY("parked")
    " AND md5(parked.partition_key) = md5(key.partition_key)"
    " WHERE parked.publisher = $1 AND parked.ordered IS NOT FALSE AND " IS_OPEN " ON CONFLICT DO NOTHING",
    4,
    {TEXTOID, TEXTARRAYOID, UUIDARRAYOID, TEXTARRAYOID}};

Statement select_tenants = {kInstallation,
                            "SELECT DISTINCT parked.tenant_id FROM command_center.parked_messages AS parked"
                            " WHERE parked.message_id = ANY ($1) AND parked.publisher = $2 AND " IS_OPEN,
                            2,
                            {UUIDARRAYOID, TEXTOID}};

Statement select_keys = {kInstallation,
                         "SELECT DISTINCT parked.topic, parked.tenant_id, parked.partition_key"
                         " FROM command_center.parked_messages AS parked"
                         " WHERE parked.message_id = ANY ($1) AND parked.publisher = $2 AND parked.ordered "
                         "IS NOT FALSE AND " IS_OPEN,
                         2,
                         {UUIDARRAYOID, TEXTOID}};

// Those of the given keys of which Kafka refused no other message, or of all that are held for a topic.
#define NOTHING_REFUSED(key)                                                                    \
  " NOT EXISTS (SELECT FROM command_center.parked_messages AS parked WHERE parked.topic = " key \
  ".topic AND parked.tenant_id = " key ".tenant_id AND md5(parked.partition_key) = md5(" key    \
  ".partition_key) AND parked.partition_key = " key                                             \
  ".partition_key AND parked.publisher = $1"                                                    \
  " AND parked.reason = 'refused' AND " IS_OPEN ")"
Statement select_clean_keys = {
    kInstallation,
    "SELECT key.topic, key.tenant_id, key.partition_key FROM unnest($2, $3, $4) AS key(topic, tenant_id, "
    "partition_key) WHERE" NOTHING_REFUSED("key"),
    4,
    {TEXTOID, TEXTARRAYOID, UUIDARRAYOID, TEXTARRAYOID}};
Statement select_held_keys = {
    kInstallation,
    "SELECT held.topic, held.tenant_id, held.partition_key FROM command_center.key_holds AS held"
    " WHERE held.publisher = $1 AND held.topic = $2 AND" NOTHING_REFUSED("held") " ORDER BY random()",
    2,
    {TEXTOID, TEXTOID}};

Statement discard = {
    kInstallation,
    "INSERT INTO command_center.parked_outcomes (\"position\", message_id, tenant_id, outcome, at)"
    " SELECT DISTINCT parked.\"position\", parked.message_id, parked.tenant_id, 'discarded', "
    "clock_timestamp()"
    " FROM command_center.parked_messages AS parked"
    " WHERE parked.message_id = ANY ($1) AND parked.publisher = $2 AND " IS_OPEN,
    2,
    {UUIDARRAYOID, TEXTOID}};

Statement free_held_topic = {kInstallation,
                             "DELETE FROM command_center.topic_holds WHERE publisher = $1 AND topic = $2",
                             2,
                             {TEXTOID, TEXTOID}};

// From here on its ordered keys are held one by one.
Statement hold_keys_of_topic = {
    kInstallation,
    "INSERT INTO command_center.key_holds (publisher, topic, tenant_id, partition_key, since)"
    " SELECT DISTINCT $1, parked.topic, parked.tenant_id, parked.partition_key, clock_timestamp()"
    " FROM command_center.parked_messages AS parked WHERE parked.topic = $2 AND parked.publisher = $1"
    " AND parked.ordered IS NOT FALSE AND " IS_OPEN " ON CONFLICT DO NOTHING",
    2,
    {TEXTOID, TEXTOID}};

Statement select_unordered_of_topic = {
    kInstallation,
    "SELECT coalesce(array_agg(first.message_id), '{}') FROM (SELECT parked.message_id"
    " FROM command_center.parked_messages AS parked WHERE parked.topic = $2 AND parked.publisher = $1"
    " AND NOT parked.ordered AND parked.reason = 'topic' AND " IS_OPEN
    " ORDER BY parked.\"position\" LIMIT $3) AS first",
    3,
    {TEXTOID, TEXTOID, INT4OID}};

Statement describe_ids = {kInstallation,
                          "SELECT jsonb_build_object('messageIds', to_jsonb($1), $2, $3)",
                          3,
                          {UUIDARRAYOID, TEXTOID, INT8OID}};

// Ordered keys as three columns. Plain data.
struct Keys {
  Datum* topics;
  Datum* tenants;
  Datum* keys;
  int count;
};

Keys make_keys(std::uint64_t most) {
  const auto column = [most] { return static_cast<Datum*>(palloc(sizeof(Datum) * (most + 1))); };
  return {column(), column(), column(), 0};
}

void copy_key(std::uint64_t row, Keys& keys) {
  keys.topics[keys.count] = CStringGetTextDatum(text_value(row, 0));
  keys.tenants[keys.count] = datumCopy(value(row, 1, UUIDOID), false, UUID_LEN);
  keys.keys[keys.count++] = CStringGetTextDatum(text_value(row, 2));
}

Keys copy_keys(std::uint64_t rows) {
  Keys keys = make_keys(rows);
  for (std::uint64_t row = 0; row < rows; ++row) copy_key(row, keys);
  return keys;
}

void add_keys(Parameters& parameters, const Keys& keys) {
  const auto texts = [](Datum* items, int count) {
    return PointerGetDatum(construct_array(items, count, TEXTOID, -1, false, TYPALIGN_INT));
  };
  parameters.add(texts(keys.topics, keys.count));
  parameters.add(
      PointerGetDatum(construct_array(keys.tenants, keys.count, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR)));
  parameters.add(texts(keys.keys, keys.count));
}

OrderedKey ordered_key(const Keys& keys, int i) {
  return {uuid_value(keys.tenants[i]), text_view(keys.keys[i])};
}

void lock_keys(const Keys& keys) {
  auto* locks =
      static_cast<OrderedKey*>(palloc(sizeof(OrderedKey) * static_cast<std::size_t>(keys.count + 1)));
  for (int i = 0; i < keys.count; ++i) locks[i] = ordered_key(keys, i);
  lock_ordered_keys(locks, keys.count);
}

// Those that nobody writes to at the moment.
Keys keys_that_are_free(const Keys& keys, int most) {
  Keys locked = make_keys(static_cast<std::uint64_t>(keys.count));
  for (int i = 0; i < keys.count && locked.count < most; ++i) {
    if (!try_ordered_key(ordered_key(keys, i))) continue;
    locked.topics[locked.count] = keys.topics[i];
    locked.tenants[locked.count] = keys.tenants[i];
    locked.keys[locked.count++] = keys.keys[i];
  }
  return locked;
}

std::int64_t run_appending(Statement& statement, const Parameters& parameters) {
  ErrorContextCallback hint = {error_context_stack, hint_at_maintain,
                               const_cast<Installation*>(&kInstallation)};
  error_context_stack = &hint;
  const int level = force_index_scans();
  (void)change_with_latest_snapshot(statement, parameters);
  resume_planner(level);
  error_context_stack = hint.previous;
  if (bigint_value(0, 0) > 0) signal_outbox_at_commit();
  return bigint_value(0, 0);
}

// Of the keys that are this publisher's.
std::int64_t append_again(std::string_view family, const char* publisher, const Keys& keys) {
  const Batch last = last_batch(publisher);
  Parameters parameters;
  parameters.add(take_transaction_id());
  parameters.add_text(family);
  add_keys(parameters, keys);
  if (last.window_complete) {
    parameters.add(last.snapshot_after);
    parameters.add_null();
  } else {
    parameters.add(last.snapshot_before);
    parameters.add(last.snapshot_after);
  }
  parameters.add_bigint(last.slice_through);
  parameters.add_bigint(last.shard.number);
  parameters.add_bigint(last.shard.count);
  return run_appending(append_keys, parameters);
}

// The keys must be locked. Who has a key by now is the one of the earliest generation that has not ended:
// those after it have begun no batch.
std::int64_t append_again(std::string_view family, const Keys& keys) {
  if (keys.count == 0) return 0;
  std::int64_t appended = 0;
  const TextList publishers = publishers_at_work(family);
  for (int i = 0; i < publishers.count; ++i) appended += append_again(family, publishers.texts[i], keys);
  Parameters freed;
  freed.add_text(family);
  add_keys(freed, keys);
  (void)change_with_latest_snapshot(free_keys, freed);
  (void)change_with_latest_snapshot(hold_keys_again, freed);
  return appended;
}

std::int64_t append_again(std::string_view family, Datum message_ids) {
  Parameters parameters;
  parameters.add(take_transaction_id());
  parameters.add_text(family);
  parameters.add(message_ids);
  return run_appending(append_unordered, parameters);
}

// --- by an operator ---

// What both functions are given. Plain data.
struct Decision {
  Datum message_ids;
  std::string_view reason;
  std::string_view publisher;  // the family
};

Decision read_decision(FunctionCallInfo fcinfo) {
  const Decision decision = {PG_GETARG_DATUM(0), text_argument(fcinfo, 1),
                             parse_publisher(text_argument(fcinfo, 2)).family};
  const ArrayType* ids = DatumGetArrayTypeP(decision.message_ids);
  if (ArrayGetNItems(ARR_NDIM(ids), ARR_DIMS(ids)) > kMostIds)
    refuse("22023", "message_ids must have at most 10000 elements");
  if (decision.reason.empty() || decision.reason.size() > kMaxReason)
    refuse("22023", "reason must have 1 to 1000 bytes");
  return decision;
}

Parameters ids_of(const Decision& decision) {
  Parameters parameters;
  parameters.add(decision.message_ids);
  parameters.add_text(decision.publisher);
  return parameters;
}

// Judges the caller, so no session is open around it.
void check_tenants(const Decision& decision) {
  const OwnerSession session = open_session(kInstallation);
  (void)recorded_identity(decision.publisher);
  const auto count = static_cast<int>(run_with_latest_snapshot(select_tenants, ids_of(decision)));
  auto* tenants = static_cast<identifiers::Uuid*>(MemoryContextAlloc(
      TopTransactionContext, sizeof(identifiers::Uuid) * static_cast<std::size_t>(count + 1)));
  for (int i = 0; i < count; ++i) tenants[i] = uuid_value(value(static_cast<std::uint64_t>(i), 0, UUIDOID));
  close_session(session);
  for (int i = 0; i < count; ++i) check_tenant(tenants[i]);
  pfree(tenants);
}

Keys lock_keys_of(const Decision& decision) {
  take_lock(parked_lock(decision.publisher), LockMode::kExclusive, "what is put aside of the publisher");
  const Keys keys = copy_keys(run_with_latest_snapshot(select_keys, ids_of(decision)));
  lock_keys(keys);
  return keys;
}

void write_audit(const char* action, const Decision& decision, const char* what, std::int64_t count) {
  Parameters parameters;
  parameters.add(decision.message_ids);
  parameters.add_text(what);
  parameters.add_bigint(count);
  (void)run(describe_ids, parameters);
  audit(action, psprintf("publisher %s", zero_terminated(decision.publisher)), Datum{0},
        value(0, 0, JSONBOID), zero_terminated(decision.reason));
}

Datum release_parked(FunctionCallInfo fcinfo) {
  const Decision decision = read_decision(fcinfo);
  PreventCommandIfReadOnly("release_parked");
  check_tenants(decision);
  const OwnerSession session = open_session(kInstallation);
  const Keys keys = lock_keys_of(decision);
  const std::int64_t appended =
      append_again(decision.publisher, keys) + append_again(decision.publisher, decision.message_ids);
  if (appended > 0) write_audit("release_parked", decision, "released", appended);
  close_session(session);
  return Int64GetDatum(appended);
}

Datum discard_parked(FunctionCallInfo fcinfo) {
  const Decision decision = read_decision(fcinfo);
  PreventCommandIfReadOnly("discard_parked");
  check_tenants(decision);
  MemoryContext caller = CurrentMemoryContext;
  InitMaterializedSRF(fcinfo, 0);
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const OwnerSession session = open_session(kInstallation);
  const Keys keys = lock_keys_of(decision);
  const auto discarded = static_cast<std::int64_t>(change_with_latest_snapshot(discard, ids_of(decision)));
  Parameters candidates;
  candidates.add_text(decision.publisher);
  add_keys(candidates, keys);
  const Keys clean = copy_keys(run_with_latest_snapshot(select_clean_keys, candidates));
  const std::int64_t released = append_again(decision.publisher, clean);
  if (discarded > 0) write_audit("discard_parked", decision, "discarded", discarded);
  MemoryContextSwitchTo(caller);
  Datum values[] = {Int64GetDatum(discarded), Int64GetDatum(released)};
  bool nulls[] = {false, false};
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  close_session(session);
  return Datum{0};
}

// --- by the relay ---

// In short transactions, and without waiting for a key: next_batch() is not called meanwhile.
Datum free_topic(FunctionCallInfo fcinfo) {
  require_read_committed("free_topic");
  const std::string_view publisher = text_argument(fcinfo, 0);
  const std::string_view topic = text_argument(fcinfo, 2);
  const int most = PG_GETARG_INT32(3);
  if (most < 1) refuse("22023", "max_messages must be at least 1");
  const OwnerSession session = open_session(kInstallation);
  const PublisherId id = parse_publisher(publisher);
  // What is held is held for all shards.
  if (id.shard.count > 1) lock_all_cursors();
  lock_publisher(publisher, PublisherLock::kCursor);
  (void)publisher_identity(publisher);
  require_lease(publisher, text_argument(fcinfo, 1));
  std::int64_t appended = 0;
  if (try_lock(parked_lock(id.family), LockMode::kExclusive)) {
    Parameters parameters;
    parameters.add_text(id.family);
    parameters.add_text(topic);
    if (run(free_held_topic, parameters) > 0) (void)run(hold_keys_of_topic, parameters);
    const Keys held = copy_keys(run(select_held_keys, parameters));
    appended = append_again(id.family, keys_that_are_free(held, kKeysAtOnce));
    parameters.add_int(most);
    (void)run(select_unordered_of_topic, parameters);
    appended += append_again(id.family, datumCopy(value(0, 0, UUIDARRAYOID), false, -1));
  }
  close_session(session);
  return Int64GetDatum(appended);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_release_parked);
PG_FUNCTION_INFO_V1(command_center_discard_parked);
PG_FUNCTION_INFO_V1(command_center_free_topic);
}

Datum command_center_release_parked(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::release_parked(fcinfo); });
}

Datum command_center_discard_parked(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::discard_parked(fcinfo); });
}

Datum command_center_free_topic(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::free_topic(fcinfo); });
}
