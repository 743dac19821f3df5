// Locks tables by their oid.
#include "extension/command_center/control/change_lock.hpp"

#include "extension/command_center/installation.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {

void lock_for_change(const char* table) {
  LockRelationOid(installed_relation(table), ShareRowExclusiveLock);
}

}  // namespace command_center::extension
