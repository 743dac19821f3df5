// Empties and drops the partitions of days whose rows nobody needs any more.
#pragma once

#include "extension/server/days/daily_table.hpp"
#include "extension/server/installation.hpp"

namespace command_center::server {

// How long the days of a table are kept; `leaf` names a partition. Both questions are asked before and again
// under the partition's lock, each time with a new snapshot.
struct KeptTable {
  DailyTable table;
  int seconds_kept;                          // after the day is over; -1: for ever
  bool (*is_needed)(const char* leaf);       // whether its rows are, all the same; null: never
  bool (*may_be_dropped)(const char* leaf);  // once it is empty; null: it may
};

struct Retired {
  int emptied;
  int dropped;
  int in_use;  // somebody holds a lock on it; the next call tries again
  int failed;  // a warning says why
};

// Truncates the old partitions that may go, each in a subtransaction, and drops those that have been empty
// since, in the order of the tables. A partition is locked first and looked at afterwards: what a writer
// commits while we wait is seen. Not under REPEATABLE READ or SERIALIZABLE, whose snapshots are too old for
// that. Postgres regime, in an open session, under the maintenance lock.
//
// All locks are ACCESS EXCLUSIVE and held until the transaction ends: of each partition that is emptied, and
// of a table with more empty partitions than are kept, when nobody else has one on it. `lock_timeout`, in
// milliseconds, bounds the wait for one lock, and for partitions there is no wait once we hold any.
[[nodiscard]] Retired retire_days(const Installation& installation, const KeptTable* tables, int count,
                                  int lock_timeout);

// What a question says of a partition: SQL with one %s for its name, answering one boolean, read with a
// snapshot of its own. For is_needed and may_be_dropped.
[[nodiscard]] bool ask_of_leaf(const Installation& installation, const char* question, const char* leaf);

// For questions: whether the partition has any row.
inline constexpr char kHasRows[] = "SELECT EXISTS (SELECT FROM %s)";

}  // namespace command_center::server
