// Empties and drops the partitions of days whose rows nobody needs any more.
#pragma once

#include "extension/command_center/control/partitions.hpp"

namespace command_center::extension {

struct Retired {
  int emptied;
  int dropped;
  int in_use;  // somebody holds a lock on it; the next call tries again
  int failed;  // a warning says why
};

// Truncates the old partitions that may go, each in a subtransaction, and drops those that have been empty
// since. A partition is locked first and looked at afterwards, with a new snapshot: what a writer commits
// while we wait is seen. Nothing is retired where a publisher has the identity of another database, whose
// snapshots mean nothing here, nor under REPEATABLE READ or SERIALIZABLE. Postgres regime, in an open
// session, under the lock of maintain().
//
// All locks are ACCESS EXCLUSIVE and held until the transaction ends: of each partition that is emptied, and
// of a table with more empty partitions than are kept, when nobody else has one on it. The setting
// maintenance_lock_timeout bounds the wait for one lock, and for partitions there is no wait once we hold
// any.
[[nodiscard]] Retired retire_partitions(const PartitionedTable* tables, int count);

}  // namespace command_center::extension
