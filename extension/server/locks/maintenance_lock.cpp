// An advisory lock of the database, one for each extension.
#include "extension/server/locks/maintenance_lock.hpp"

#include <cstdint>

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

constexpr std::uint64_t kMaintenance = 0x636d645f6d61696e;

LOCKTAG tag_of(const Installation& installation) {
  const std::uint64_t key = hash_bytes_extended(reinterpret_cast<const unsigned char*>(installation.schema),
                                                static_cast<int>(strlen(installation.schema)), kMaintenance);
  LOCKTAG tag;
  SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, static_cast<std::uint32_t>(key >> 32),
                       static_cast<std::uint32_t>(key), 1);
  return tag;
}

}  // namespace

void take_maintenance_lock(const Installation& installation) {
  const LOCKTAG tag = tag_of(installation);
  (void)LockAcquire(&tag, ExclusiveLock, false, false);
}

bool is_maintained_now(const Installation& installation) {
  const LOCKTAG tag = tag_of(installation);
  if (LockAcquire(&tag, ShareLock, false, true) == LOCKACQUIRE_NOT_AVAIL) return true;
  (void)LockRelease(&tag, ShareLock, false);
  return false;
}

}  // namespace command_center::server
