// The snapshot that shows everything committed until now.
#pragma once

#include "extension/server/server_types.hpp"

struct SnapshotData;

namespace command_center::server {

// In a parallel query no snapshot is taken: there it is the query's own, and what a session keeps of what it
// reads is forgotten with the first look at the catalogue afterwards. Postgres regime.
[[nodiscard]] SnapshotData* newest_snapshot();

}  // namespace command_center::server
