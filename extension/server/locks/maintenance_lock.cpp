// A lock of the database, one for each extension.
#include "extension/server/locks/maintenance_lock.hpp"

#include "extension/server/locks/own_lock.hpp"

namespace command_center::server {

namespace {

OwnLock lock_of(const Installation& installation) {
  return named_lock(LockKind::kMaintenance, installation.schema);
}

}  // namespace

void take_maintenance_lock(const Installation& installation) {
  take_lock(lock_of(installation), LockMode::kExclusive, "maintain()");
}

bool is_maintained_now(const Installation& installation) {
  return is_locked_by_another(lock_of(installation));
}

Rank maintenance_rank(const Installation& installation) {
  return lock_of(installation).rank;
}

}  // namespace command_center::server
