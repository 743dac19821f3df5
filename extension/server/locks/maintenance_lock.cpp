// A lock of the database, one for each extension.
#include "extension/server/locks/maintenance_lock.hpp"

#include "extension/server/locks/own_lock.hpp"

namespace command_center::server {

void take_maintenance_lock(const Installation& installation) {
  take_lock(named_lock(LockKind::kMaintenance, installation.schema), LockMode::kExclusive, "maintain()");
}

bool is_maintained_now(const Installation& installation) {
  return is_locked_by_another(named_lock(LockKind::kMaintenance, installation.schema));
}

}  // namespace command_center::server
