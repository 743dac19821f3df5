// Finds partitions in the server's cached bounds.
#pragma once

#include "extension/command_center/server_types.hpp"

struct RelationData;

namespace command_center::extension {

// The leaf of a table partitioned by a range of one column that holds `key`; 0 where there is none, or only a
// default partition or another level. Postgres regime; the table must be open and locked.
[[nodiscard]] Oid partition_for(RelationData* table, Datum key);

// For error_context_stack, around insertions: adds a hint to the server's error of a row without a partition,
// which names no remedy.
void hint_at_maintain(void* argument);

}  // namespace command_center::extension
