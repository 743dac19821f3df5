// Decides which partitions may be emptied and dropped, and does it without queueing in front of writers.
#include "extension/server/days/retiring.hpp"

#include <algorithm>

#include "extension/boundary/in_subtransaction.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
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

// Days that are over for longer than $3 seconds, oldest first; never one that maintain() would make again.
constexpr char kSelectOldLeaves[] =
    "SELECT relname::text, pg_relation_size(oid) = 0 FROM ("
    " SELECT leaf.oid, leaf.relname,"
    "  CASE WHEN leaf.relname ~ ('^' || $2 || '_[0-9]{8}$') THEN to_date(right(leaf.relname, 8), 'YYYYMMDD') "
    "END AS day"
    " FROM pg_inherits JOIN pg_class AS leaf ON leaf.oid = inhrelid WHERE inhparent = $1) AS leaves"
    " WHERE (day + 1)::timestamp AT TIME ZONE 'UTC' <= clock_timestamp() - make_interval(secs => $3)"
    " AND day < (clock_timestamp() AT TIME ZONE 'UTC')::date - 1"
    " ORDER BY day";

struct Leaf {
  const char* name;
  bool empty;
};

struct OldLeaves {
  Leaf* leaf;
  int count;
};

// What the steps below share.
struct Retiring {
  const Installation& installation;
  Retired retired;
};

OldLeaves old_leaves(const Installation& installation, const KeptTable& kept) {
  Oid types[] = {OIDOID, TEXTOID, FLOAT8OID};
  Datum values[] = {ObjectIdGetDatum(installed_relation(installation, kept.table.name)),
                    text_datum(kept.table.name), Float8GetDatum(std::max(kept.seconds_kept, 0))};
  if (const int code =
          SPI_execute_with_args(kSelectOldLeaves, lengthof(types), types, values, nullptr, false, 0);
      code < 0)
    elog(ERROR, "could not run a statement: %s", SPI_result_code_string(code));
  const auto count = static_cast<int>(SPI_processed);
  OldLeaves leaves = {static_cast<Leaf*>(palloc(sizeof(Leaf) * static_cast<std::size_t>(count + 1))), count};
  for (int i = 0; i < count; ++i) {
    const auto row = static_cast<std::uint64_t>(i);
    leaves.leaf[i] = {text_value(row, 0), bool_value(row, 1)};
  }
  return leaves;
}

bool is_needed(const KeptTable& kept, const char* leaf) {
  return kept.is_needed != nullptr && kept.is_needed(leaf);
}

bool may_be_dropped(const KeptTable& kept, const Leaf& leaf) {
  return leaf.empty && (kept.may_be_dropped == nullptr || kept.may_be_dropped(leaf.name));
}

// A lock that somebody else has is no failure: the next call tries again.
void count_failure(const ErrorData* error, const char* leaf, Retiring& retiring) {
  if (error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE) {
    ++retiring.retired.in_use;
    return;
  }
  ++retiring.retired.failed;
  ereport(WARNING, (errcode(error->sqlerrcode), errmsg("could not retire the partition \"%s.%s\": %s",
                                                       retiring.installation.schema, leaf, error->message)));
}

enum class Wait { kForTimeout, kNever };

void lock_exclusively(const Installation& installation, const char* relation, Wait wait) {
  run_text(psprintf("LOCK TABLE ONLY %s.%s IN ACCESS EXCLUSIVE MODE%s", installation.schema, relation,
                    wait == Wait::kNever ? " NOWAIT" : ""));
}

// Looked at before the lock as well: most that are needed are never locked at all. Once something was
// emptied, which stays locked until the transaction ends, nothing is waited for.
void empty_leaf(const KeptTable& kept, const char* leaf, Retiring& retiring) {
  if (is_needed(kept, leaf)) return;
  const Wait wait = retiring.retired.emptied == 0 ? Wait::kForTimeout : Wait::kNever;
  bool emptied = false;
  const auto outcome = boundary::in_subtransaction([&kept, &retiring, &emptied, leaf, wait] {
    lock_exclusively(retiring.installation, leaf, wait);
    if (is_needed(kept, leaf)) return;
    run_text(psprintf("TRUNCATE ONLY %s.%s", retiring.installation.schema, leaf));
    emptied = true;
  });
  if (!outcome.succeeded()) {
    count_failure(outcome.error, leaf, retiring);
  } else if (emptied) {
    ++retiring.retired.emptied;
    ereport(LOG, errmsg("emptied the partition \"%s.%s\"", retiring.installation.schema, leaf));
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
void drop_leaf(const char* leaf, Retiring& retiring) {
  bool dropped = false;
  const auto outcome = boundary::in_subtransaction([&retiring, &dropped, leaf] {
    lock_exclusively(retiring.installation, leaf, Wait::kNever);
    if (ask_of_leaf(retiring.installation, kHasRows, leaf)) return;
    run_text(psprintf("DROP TABLE %s.%s", retiring.installation.schema, leaf));
    dropped = true;
  });
  if (!outcome.succeeded()) {
    count_failure(outcome.error, leaf, retiring);
  } else if (dropped) {
    ++retiring.retired.dropped;
    ereport(LOG, errmsg("dropped the empty partition \"%s.%s\"", retiring.installation.schema, leaf));
  }
}

OldLeaves droppable_leaves(const Installation& installation, const KeptTable& kept) {
  OldLeaves leaves = old_leaves(installation, kept);
  const Leaf* end = std::remove_if(leaves.leaf, leaves.leaf + leaves.count,
                                   [&kept](const Leaf& leaf) { return !may_be_dropped(kept, leaf); });
  leaves.count = static_cast<int>(end - leaves.leaf);
  return leaves;
}

void drop_empty_leaves(const KeptTable& kept, Retiring& retiring) {
  if (retiring.retired.dropped >= kMostAtOnce) return;
  const OldLeaves leaves = droppable_leaves(retiring.installation, kept);
  const int empty = leaves.count;
  if (empty <= kEmptyKept) return;
  if (!locks_when_free(installed_relation(retiring.installation, kept.table.name))) {
    if (empty <= kEmptyTooMany) return;
    const auto outcome = boundary::in_subtransaction(
        [&kept, &retiring] { lock_exclusively(retiring.installation, kept.table.name, Wait::kForTimeout); });
    if (!outcome.succeeded()) {
      count_failure(outcome.error, kept.table.name, retiring);
      return;
    }
  }
  for (int i = 0; i < leaves.count && retiring.retired.dropped < kMostAtOnce; ++i) {
    drop_leaf(leaves.leaf[i].name, retiring);
  }
}

int limit_lock_waits(int milliseconds) {
  const int level = NewGUCNestLevel();
  (void)set_config_option("lock_timeout", psprintf("%dms", milliseconds), PGC_USERSET, PGC_S_SESSION,
                          GUC_ACTION_SAVE, true, 0, false);
  return level;
}

}  // namespace

bool ask_of_leaf(const Installation& installation, const char* question, const char* leaf) {
  const int level = force_index_scans();
  run_text(
      psprintf(question, psprintf("%s.%s", installation.schema, leaf)));  // NOLINT: a literal of the caller
  resume_planner(level);
  return bool_value(0, 0);
}

Retired retire_days(const Installation& installation, const KeptTable* tables, int count, int lock_timeout) {
  Retiring retiring = {installation, {}};
  if (IsolationUsesXactSnapshot()) return retiring.retired;
  const int level = limit_lock_waits(lock_timeout);
  for (int i = 0; i < count; ++i) {
    if (tables[i].seconds_kept < 0) continue;
    const OldLeaves leaves = old_leaves(installation, tables[i]);
    for (int j = 0; j < leaves.count && retiring.retired.emptied < kMostAtOnce; ++j) {
      CHECK_FOR_INTERRUPTS();
      if (!leaves.leaf[j].empty) empty_leaf(tables[i], leaves.leaf[j].name, retiring);
    }
  }
  // Last, since it locks the parents until the transaction ends. Of what is kept for ever, the days on which
  // nothing happened.
  for (int i = 0; i < count; ++i) drop_empty_leaves(tables[i], retiring);
  AtEOXact_GUC(true, level);
  return retiring.retired;
}

}  // namespace command_center::server
