// What keeps the days of the Command Center's tables.
#include "extension/command_center/control/retention.hpp"

#include <cstring>

#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/parked.hpp"
#include "extension/command_center/outbox/published.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/command_center/subscriptions/offsets.hpp"
#include "extension/command_center/subscriptions/subscription.hpp"
#include "extension/server/days/retiring.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement select_foreign_publisher = {
    kInstallation,
    "SELECT count(*) = 0 OR bool_or(identity <> $1) FROM command_center.publishers",
    1,
    {TEXTOID}};

// The first day of which the outbox keeps rows.
Statement select_first_outbox_day = {
    kInstallation,
    "SELECT min(right(leaf.relname, 8)) FROM pg_inherits JOIN pg_class AS leaf ON leaf.oid = inhrelid"
    " WHERE inhparent = $1 AND pg_relation_size(leaf.oid) > 0",
    1,
    {OIDOID}};

// An index finds the first candidate: all below the oldest transaction in progress is published.
constexpr char kHasUnpublished[] = "SELECT EXISTS (SELECT FROM " PUBLISHED_BY_PUBLISHER
                                   " WHERE EXISTS (SELECT FROM %s AS message WHERE " UNPUBLISHED_MESSAGE "))";

// A publisher goes on from the batch that is published, and from its last row.
constexpr char kHasCurrentBatch[] =
    "SELECT EXISTS (SELECT FROM command_center.publishers AS publisher"
    " CROSS JOIN LATERAL (SELECT published_through FROM command_center.publication_batches AS batch"
    "  WHERE batch.publisher = publisher.publisher ORDER BY batch_id DESC LIMIT 1) AS last"
    " WHERE EXISTS (SELECT FROM %s AS old WHERE old.publisher = publisher.publisher"
    "  AND old.batch_id >= last.published_through))";

constexpr char kHasLastLease[] =
    "SELECT EXISTS (SELECT FROM command_center.publishers AS publisher"
    " WHERE (SELECT max(claimed_at) FROM %s AS old WHERE old.publisher = publisher.publisher)"
    "  >= (SELECT max(claimed_at) FROM command_center.publisher_leases AS lease"
    "   WHERE lease.publisher = publisher.publisher))";

// A subscription goes on from the last row of each partition, however old.
constexpr char kHasLastOffset[] =
    "SELECT EXISTS (SELECT FROM %s AS old"
    " JOIN command_center.subscriptions AS known ON known.subscription_id = old.subscription_id"
    " WHERE NOT EXISTS (SELECT FROM command_center.consumer_offsets AS newer"
    "  WHERE newer.subscription_id = old.subscription_id AND newer.topic = old.topic"
    "  AND newer.partition = old.partition AND newer.advanced_at > old.advanced_at))";

// A partition to which nothing comes any more would keep its day, and all that others wrote on it. Each is
// locked until the transaction ends, so one call carries a part; the next finds the others.
constexpr int kMostCarried = 256;
Statement select_quiet = {
    kInstallation,
    "SELECT known.subscription, last.topic, last.partition, known.subscription_id"
    " FROM command_center.subscriptions AS known"
    " CROSS JOIN LATERAL " LAST_OFFSETS_OF("known.subscription_id") " AS last"
    " WHERE last.advanced_at < clock_timestamp() - make_interval(secs => $1) LIMIT $2",
    2,
    {INT4OID, INT4OID}};
Statement carry_offset = {
    kInstallation,
    "INSERT INTO command_center.consumer_offsets (subscription_id, topic, partition, advanced_at, "
    "next_offset,"
    " end_offset, message_timestamp, carried_from)"
    " SELECT subscription_id, topic, partition, greatest(clock_timestamp(), advanced_at + interval '1 "
    "microsecond'), next_offset, end_offset, message_timestamp, coalesce(carried_from, advanced_at)"
    " FROM command_center.consumer_offsets WHERE subscription_id = $1 AND topic = $2 AND partition = $3"
    " ORDER BY advanced_at DESC LIMIT 1",
    3,
    {UUIDOID, TEXTOID, INT4OID}};

// Each key has the time that the session which used it had set.
constexpr char kHasLiveKey[] = "SELECT EXISTS (SELECT FROM %s WHERE expires_at > clock_timestamp())";

bool ask(const char* question, const char* leaf) {
  return ask_of_leaf(kInstallation, question, leaf);
}

// Batches and dispatches of a day are of use as long as there is a message that they could belong to.
bool outbox_keeps_up_to(const char* leaf) {
  Parameters parameters;
  parameters.add(ObjectIdGetDatum(installed_relation(kInstallation, "transactional_outbox")));
  (void)run(select_first_outbox_day, parameters);
  if (is_null(0, 0)) return false;
  return std::strcmp(text_value(0, 0), leaf + std::strlen(leaf) - 8) <= 0;
}

// The partition of the dispatches whose events are in `leaf`.
const char* dispatches_of(const char* leaf) {
  return psprintf("command_dispatches_%s", leaf + std::strlen(leaf) - 8);
}

// The other way round, what became of a command would be forgotten before the command.
bool has_dispatches(const char* leaf) {
  const char* dispatches = dispatches_of(leaf);
  return is_installed(kInstallation, dispatches) && ask(kHasRows, dispatches);
}

// What is left out of a batch stays so as long as the row of the outbox is there; and what became of it is
// known as long as that it was put aside.
constexpr char kHasOpenParked[] = "SELECT EXISTS (SELECT FROM %s AS parked WHERE " IS_OPEN ")";
Statement select_first_parked_day = {
    kInstallation,
    "SELECT min(right(leaf.relname, 8)) FROM pg_inherits JOIN pg_class AS leaf ON leaf.oid = inhrelid"
    " WHERE inhparent = $1 AND pg_relation_size(leaf.oid) > 0",
    1,
    {OIDOID}};

// Messages go back into the day of their ids.
Statement select_open_of_day = {
    kInstallation,
    "SELECT EXISTS (SELECT FROM command_center.parked_messages AS parked CROSS JOIN ("
    "  SELECT extract(epoch FROM to_date($1, 'YYYYMMDD'))::bigint * 1000 AS begins) AS day"
    " WHERE parked.message_id >= (lpad(to_hex(day.begins), 12, '0') || repeat('0', 20))::uuid"
    "  AND parked.message_id < (lpad(to_hex(day.begins + 86400000), 12, '0') || repeat('0', 20))::uuid"
    "  AND " IS_OPEN ")",
    1,
    {TEXTOID}};

const char* day_of(const char* leaf) {
  return leaf + std::strlen(leaf) - 8;
}

// --- what keeps a day, by table ---

bool takes_none_back(const char* leaf) {
  if (!knows_parking()) return true;
  Parameters parameters;
  parameters.add_text(day_of(leaf));
  (void)run(select_open_of_day, parameters);
  return !bool_value(0, 0);
}
bool has_parked(const char* leaf) {
  return outbox_keeps_up_to(leaf) || ask(kHasOpenParked, leaf);
}
bool parked_keep_up_to(const char* leaf) {
  Parameters parameters;
  parameters.add(ObjectIdGetDatum(installed_relation(kInstallation, "parked_messages")));
  (void)run(select_first_parked_day, parameters);
  return !is_null(0, 0) && std::strcmp(text_value(0, 0), day_of(leaf)) <= 0;
}

bool has_unpublished(const char* leaf) {
  return ask(kHasUnpublished, leaf);
}
bool has_batches(const char* leaf) {
  return outbox_keeps_up_to(leaf) || ask(kHasCurrentBatch, leaf);
}
bool has_last_lease(const char* leaf) {
  return ask(kHasLastLease, leaf);
}
bool has_last_offset(const char* leaf) {
  return ask(kHasLastOffset, leaf);
}
bool has_live_keys(const char* leaf) {
  return ask(kHasLiveKey, leaf);
}
bool always(const char* /*leaf*/) {
  return true;
}

// The same of dead letters.
bool has_dead_letters(const char* leaf) {
  const char* letters = psprintf("dead_letters_%s", leaf + std::strlen(leaf) - 8);
  return is_installed(kInstallation, letters) && ask(kHasRows, letters);
}

// A dispatch can have an event as long as it lives, the first one included.
bool has_no_dispatches(const char* leaf) {
  return !is_installed(kInstallation, dispatches_of(leaf));
}

}  // namespace

bool may_retire() {
  Parameters parameters;
  parameters.add_text(database_identity());
  (void)run(select_foreign_publisher, parameters);
  return !bool_value(0, 0);
}

// A copy of an offset must not come after a batch that is applied meanwhile: under the lock of the partition,
// which is only tried, since a partition that somebody works on is not quiet.
void carry_quiet_offsets() {
  if (settings().outbox_retention < 0 || !is_installed(kInstallation, "consumer_offsets")) return;
  Parameters retention;
  retention.add_int(settings().outbox_retention);
  retention.add_int(kMostCarried);
  const std::uint64_t count = run(select_quiet, retention);
  struct Quiet {
    OwnLock lock;
    Datum id;
    Datum topic;
    int partition;
  };
  auto* quiet = static_cast<Quiet*>(palloc(sizeof(Quiet) * (count + 1)));
  for (std::uint64_t row = 0; row < count; ++row) {
    quiet[row] = {partition_lock(text_value(row, 0), text_value(row, 1), int_value(row, 2)),
                  datumCopy(value(row, 3, UUIDOID), false, UUID_LEN), CStringGetTextDatum(text_value(row, 1)),
                  int_value(row, 2)};
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    CHECK_FOR_INTERRUPTS();
    if (!try_lock(quiet[i].lock, LockMode::kExclusive)) continue;
    Parameters one;
    one.add(quiet[i].id);
    one.add(quiet[i].topic);
    one.add_int(quiet[i].partition);
    (void)change_with_latest_snapshot(carry_offset, one);
  }
}

KeptTables kept_tables() {
  const int outbox = settings().outbox_retention;
  const int dispatches = settings().dispatch_retention;
  return {{{{"transactional_outbox", PartitionedBy::kUuidV7}, outbox, has_unpublished, takes_none_back},
           {{"publication_batches", PartitionedBy::kTime}, outbox, has_batches, nullptr},
           {{"parked_messages", PartitionedBy::kTime}, outbox, has_parked, nullptr},
           {{"parked_outcomes", PartitionedBy::kTime}, outbox, parked_keep_up_to, nullptr},
           {{"publisher_leases", PartitionedBy::kTime}, outbox, has_last_lease, nullptr},
           {{"command_dispatches", PartitionedBy::kUuidV7}, dispatches, outbox_keeps_up_to, nullptr},
           {{"idempotency_keys", PartitionedBy::kTime}, settings().idempotency_ttl, has_live_keys, nullptr},
           {{"dispatch_events", PartitionedBy::kUuidV7}, dispatches, has_dispatches, has_no_dispatches},
           {{"dispatch_deadlines", PartitionedBy::kUuidV7}, dispatches, outbox_keeps_up_to, nullptr},
           {{"consumer_offsets", PartitionedBy::kTime}, outbox, has_last_offset, nullptr},
           {{"dead_letters", PartitionedBy::kUuidV7}, dispatches, nullptr, nullptr},
           {{"dead_letter_events", PartitionedBy::kUuidV7}, dispatches, has_dead_letters, nullptr},
           {{"control_audit", PartitionedBy::kUuidV7}, -1, always, nullptr}}};
}

}  // namespace command_center::extension
