// Decides which partitions may be emptied and dropped, and does it without queueing in front of writers.
#include "extension/command_center/control/retention.hpp"

#include <algorithm>
#include <cstring>

#include "extension/boundary/in_subtransaction.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/published.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/command_center/spi.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// Empty partitions cost a little planning; dropping one locks out the writers of its parent for a moment. So
// they go a week's worth at a time, when the parent happens to be free; when it never is, they are worth
// waiting for.
constexpr int kEmptyKept = 7;
constexpr int kEmptyTooMany = 30;
constexpr int kLockAttempts = 50;
constexpr long kLockPauseMicroseconds = 1000;
// The rest waits for the next call: a transaction that locks thousands of tables would need a larger lock
// table.
constexpr int kMostAtOnce = 50;

Statement select_foreign_publisher = {
    "SELECT count(*) = 0 OR bool_or(identity <> $1) FROM command_center.publishers", 1, {TEXTOID}};

// Days that are over for longer than $3 seconds, oldest first; never one that maintain() would make again.
Statement select_old_leaves = {
    "SELECT relname::text, pg_relation_size(oid) = 0 FROM ("
    " SELECT leaf.oid, leaf.relname,"
    "  CASE WHEN leaf.relname ~ ('^' || $2 || '_[0-9]{8}$') THEN to_date(right(leaf.relname, 8), 'YYYYMMDD') "
    "END AS day"
    " FROM pg_inherits JOIN pg_class AS leaf ON leaf.oid = inhrelid WHERE inhparent = $1) AS leaves"
    " WHERE (day + 1)::timestamp AT TIME ZONE 'UTC' <= clock_timestamp() - make_interval(secs => $3)"
    " AND day < (clock_timestamp() AT TIME ZONE 'UTC')::date - 1"
    " ORDER BY day",
    3,
    {OIDOID, TEXTOID, FLOAT8OID}};

// The first day of which the outbox keeps rows.
Statement select_first_outbox_day = {
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

// Each key has the time that the session which used it had set.
constexpr char kHasLiveKey[] = "SELECT EXISTS (SELECT FROM %s WHERE expires_at > clock_timestamp())";

constexpr char kHasRows[] = "SELECT EXISTS (SELECT FROM %s)";

struct Leaf {
  const char* name;
  bool empty;
};

struct Leaves {
  Leaf* leaf;
  int count;
};

int seconds_kept(Retention retention) {
  switch (retention) {
    case Retention::kKeep:
      return -1;
    case Retention::kDispatches:
    case Retention::kEvents:
      return settings().dispatch_retention;
    case Retention::kIdempotency:
      return settings().idempotency_ttl;
    case Retention::kOutbox:
    case Retention::kBatches:
    case Retention::kLeases:
      break;
  }
  return settings().outbox_retention;
}

void run_once(const char* sql) {
  if (const int code = SPI_execute(sql, false, 0); code < 0) {
    elog(ERROR, "could not run a statement: %s", SPI_result_code_string(code));
  }
}

// `question` has one %s, for the partition; read with a snapshot of its own.
bool answer(const char* question, const char* leaf) {
  const int level = force_index_scans();
  char* sql = psprintf(question, psprintf("command_center.%s", leaf));  // NOLINT: a literal of this file
  run_once(sql);
  resume_planner(level);
  return bool_value(0, 0);
}

Leaves old_leaves(const PartitionedTable& table) {
  Parameters parameters;
  parameters.add(ObjectIdGetDatum(installed_relation(table.name)));
  parameters.add_text(table.name);
  parameters.add(Float8GetDatum(std::max(seconds_kept(table.retention), 0)));
  const auto count = static_cast<int>(run(select_old_leaves, parameters));
  Leaves leaves = {static_cast<Leaf*>(palloc(sizeof(Leaf) * static_cast<std::size_t>(count + 1))), count};
  for (int i = 0; i < count; ++i) {
    const auto row = static_cast<std::uint64_t>(i);
    leaves.leaf[i] = {text_value(row, 0), bool_value(row, 1)};
  }
  return leaves;
}

// Batches and dispatches of a day are of use as long as there is a message that they could belong to.
bool outbox_keeps_up_to(const char* leaf) {
  Parameters parameters;
  parameters.add(ObjectIdGetDatum(installed_relation("transactional_outbox")));
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
  return is_installed(dispatches) && answer(kHasRows, dispatches);
}

bool is_needed(Retention retention, const char* leaf) {
  switch (retention) {
    case Retention::kKeep:
      return true;
    case Retention::kOutbox:
      return answer(kHasUnpublished, leaf);
    case Retention::kBatches:
      return outbox_keeps_up_to(leaf) || answer(kHasCurrentBatch, leaf);
    case Retention::kLeases:
      return answer(kHasLastLease, leaf);
    case Retention::kDispatches:
      return outbox_keeps_up_to(leaf);
    case Retention::kEvents:
      return has_dispatches(leaf);
    case Retention::kIdempotency:
      break;
  }
  return answer(kHasLiveKey, leaf);
}

// A dispatch can have an event as long as it lives, the first one included.
bool may_be_dropped(const PartitionedTable& table, const Leaf& leaf) {
  return leaf.empty && (table.retention != Retention::kEvents || !is_installed(dispatches_of(leaf.name)));
}

// A lock that somebody else has is no failure: the next call tries again.
void count_failure(const ErrorData* error, const char* leaf, Retired& retired) {
  if (error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE) {
    ++retired.in_use;
    return;
  }
  ++retired.failed;
  ereport(WARNING,
          (errcode(error->sqlerrcode),
           errmsg("could not retire the partition \"command_center.%s\": %s", leaf, error->message)));
}

enum class Wait { kForTimeout, kNever };

void lock_exclusively(const char* relation, Wait wait) {
  run_once(psprintf("LOCK TABLE ONLY command_center.%s IN ACCESS EXCLUSIVE MODE%s", relation,
                    wait == Wait::kNever ? " NOWAIT" : ""));
}

// Looked at before the lock as well: most that are needed are never locked at all. Once something was
// emptied, which stays locked until the transaction ends, nothing is waited for.
void empty_leaf(const PartitionedTable& table, const char* leaf, Retired& retired) {
  if (is_needed(table.retention, leaf)) return;
  const Wait wait = retired.emptied == 0 ? Wait::kForTimeout : Wait::kNever;
  bool emptied = false;
  const auto outcome = boundary::in_subtransaction([&table, &emptied, leaf, wait] {
    lock_exclusively(leaf, wait);
    if (is_needed(table.retention, leaf)) return;
    run_once(psprintf("TRUNCATE ONLY command_center.%s", leaf));
    emptied = true;
  });
  if (!outcome.succeeded()) {
    count_failure(outcome.error, leaf, retired);
  } else if (emptied) {
    ++retired.emptied;
    ereport(LOG, errmsg("emptied the partition \"command_center.%s\"", leaf));
  }
}

// Takes the lock only while nobody else has one on the parent: a lock that waits holds up all who come after.
bool locks_when_free(Oid parent) {
  for (int attempt = 0; attempt < kLockAttempts; ++attempt) {
    if (ConditionalLockRelationOid(parent, AccessExclusiveLock)) return true;
    CHECK_FOR_INTERRUPTS();
    pg_usleep(kLockPauseMicroseconds);
  }
  return false;
}

// The parent is locked, so everybody waits for us.
void drop_leaf(const char* leaf, Retired& retired) {
  bool dropped = false;
  const auto outcome = boundary::in_subtransaction([&dropped, leaf] {
    lock_exclusively(leaf, Wait::kNever);
    if (answer(kHasRows, leaf)) return;
    run_once(psprintf("DROP TABLE command_center.%s", leaf));
    dropped = true;
  });
  if (!outcome.succeeded()) {
    count_failure(outcome.error, leaf, retired);
  } else if (dropped) {
    ++retired.dropped;
    ereport(LOG, errmsg("dropped the empty partition \"command_center.%s\"", leaf));
  }
}

Leaves droppable_leaves(const PartitionedTable& table) {
  Leaves leaves = old_leaves(table);
  const Leaf* end = std::remove_if(leaves.leaf, leaves.leaf + leaves.count,
                                   [&table](const Leaf& leaf) { return !may_be_dropped(table, leaf); });
  leaves.count = static_cast<int>(end - leaves.leaf);
  return leaves;
}

void drop_empty_leaves(const PartitionedTable& table, Retired& retired) {
  if (retired.dropped >= kMostAtOnce) return;
  const Leaves leaves = droppable_leaves(table);
  const int empty = leaves.count;
  if (empty <= kEmptyKept) return;
  if (!locks_when_free(installed_relation(table.name))) {
    if (empty <= kEmptyTooMany) return;
    const auto outcome =
        boundary::in_subtransaction([&table] { lock_exclusively(table.name, Wait::kForTimeout); });
    if (!outcome.succeeded()) {
      count_failure(outcome.error, table.name, retired);
      return;
    }
  }
  for (int i = 0; i < leaves.count && retired.dropped < kMostAtOnce; ++i) {
    drop_leaf(leaves.leaf[i].name, retired);
  }
}

bool may_retire() {
  if (IsolationUsesXactSnapshot()) return false;
  Parameters parameters;
  parameters.add_text(database_identity());
  (void)run(select_foreign_publisher, parameters);
  return !bool_value(0, 0);
}

int limit_lock_waits() {
  const int level = NewGUCNestLevel();
  (void)set_config_option("lock_timeout", psprintf("%dms", settings().maintenance_lock_timeout), PGC_USERSET,
                          PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
  return level;
}

}  // namespace

Retired retire_partitions(const PartitionedTable* tables, int count) {
  Retired retired = {};
  if (!may_retire()) return retired;
  const int level = limit_lock_waits();
  for (int i = 0; i < count; ++i) {
    if (seconds_kept(tables[i].retention) < 0) continue;
    const Leaves leaves = old_leaves(tables[i]);
    for (int j = 0; j < leaves.count && retired.emptied < kMostAtOnce; ++j) {
      CHECK_FOR_INTERRUPTS();
      if (!leaves.leaf[j].empty) empty_leaf(tables[i], leaves.leaf[j].name, retired);
    }
  }
  // Last, since it locks the parents until the transaction ends. Of what is kept for ever, the days on which
  // nothing happened.
  for (int i = 0; i < count; ++i) drop_empty_leaves(tables[i], retired);
  AtEOXact_GUC(true, level);
  return retired;
}

}  // namespace command_center::extension
