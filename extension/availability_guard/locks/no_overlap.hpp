// The exclusion constraint that proves what the queues promise.
#pragma once

namespace command_center::guard {

// KC015 unless inventory_locks has it with exactly the columns, operators and predicate of setup(): DROP
// EXTENSION btree_gist CASCADE takes it away without a word. Looked at again after each change of the table.
// Postgres regime; in an open session.
void require_no_overlap_constraint();

}  // namespace command_center::guard
