// Locks tables by their oid.
#include "extension/server/locks/change_lock.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {

void lock_for_change(const Installation& installation, const char* table) {
  LockRelationOid(installed_relation(installation, table), ShareRowExclusiveLock);
}

}  // namespace command_center::server
