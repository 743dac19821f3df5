// Finds partitions in the server's cached bounds.
#pragma once

#include "extension/server/server_types.hpp"

struct RelationData;

namespace command_center::server {

// The leaf of a table partitioned by a range of one column that holds `key`; 0 where there is none, or only a
// default partition or another level. Postgres regime; the table must be open and locked.
[[nodiscard]] Oid partition_for(RelationData* table, Datum key);

// Plain data in the calling context.
struct Leaves {
  Oid* partitions;
  int count;
};

// The leaves of such a table whose ranges meet [first, last], in order. Postgres regime; the table must be
// open and locked.
[[nodiscard]] Leaves partitions_between(RelationData* table, Datum first, Datum last);

// Keys by which a table is partitioned, both ends with them.
struct KeyRange {
  Datum first;
  Datum last;
  bool is_empty;
};

// The keys that rows of such a table can have which were committed before the call: a leaf without a page has
// none. `all` where that cannot be told, as when the table is not partitioned by that column any more. In the
// calling context; as above.
[[nodiscard]] KeyRange keys_with_rows(RelationData* table, const char* column, unsigned type,
                                      const KeyRange& all);

// False where no row that was committed before the call has a key in [first, last]. As above.
[[nodiscard]] bool may_have_rows_between(RelationData* table, Datum first, Datum last);

// Whether it is such a table, and no partition of it has partitions of its own. As above.
[[nodiscard]] bool has_only_leaves(RelationData* table);

// The default partition, if it is a leaf, or 0. As above.
[[nodiscard]] Oid default_partition(RelationData* table);

// For error_context_stack, around insertions, with the Installation as its argument: adds a hint to the
// server's error of a row without a partition, which names no remedy.
void hint_at_maintain(void* installation);

}  // namespace command_center::server
