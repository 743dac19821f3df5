// Asks the server for a snapshot, where it may be asked.
#include "extension/server/newest_snapshot.hpp"

#include "extension/server/caches/generation.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {

SnapshotData* newest_snapshot() {
  if (!IsInParallelMode()) return GetLatestSnapshot();
  note_older_reading();
  return GetActiveSnapshot();
}

}  // namespace command_center::server
