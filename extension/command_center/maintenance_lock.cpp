// An advisory lock of the database.
#include "extension/command_center/maintenance_lock.hpp"

#include <cstdint>

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::int64_t kMaintenanceLock = 0x636d645f6d61696e;

}  // namespace

void take_maintenance_lock() {
  (void)DirectFunctionCall1(pg_advisory_xact_lock_int8, Int64GetDatum(kMaintenanceLock));
}

bool is_maintained_now() {
  LOCKTAG tag;
  SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, static_cast<std::uint32_t>(kMaintenanceLock >> 32),
                       static_cast<std::uint32_t>(kMaintenanceLock), 1);
  if (LockAcquire(&tag, ShareLock, false, true) == LOCKACQUIRE_NOT_AVAIL) return true;
  (void)LockRelease(&tag, ShareLock, false);
  return false;
}

}  // namespace command_center::extension
