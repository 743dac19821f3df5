// User locks of the server's lock manager, as advisory locks are, but with a fourth field of our own.
#include "extension/server/locks/own_lock.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

// SQL's advisory locks have 1 or 2 here.
constexpr std::uint16_t kOurs = 0x4343;

LOCKTAG tag_of(const OwnLock& lock) {
  LOCKTAG tag;
  SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, static_cast<std::uint32_t>(lock.key >> 32),
                       static_cast<std::uint32_t>(lock.key), kOurs);
  return tag;
}

LOCKMODE mode_of(LockMode mode) {
  return mode == LockMode::kExclusive ? ExclusiveLock : ShareLock;
}

// As the server does when it locks a table: what others did until now is known from here on.
void note_taken(const OwnLock& lock, LockAcquireResult result) {
  const bool held_before = result == LOCKACQUIRE_ALREADY_HELD || result == LOCKACQUIRE_ALREADY_CLEAR;
  if (!held_before) AcceptInvalidationMessages();
  note_held(lock.rank, held_before ? InLockTable::kAlready : InLockTable::kAnew);
}

}  // namespace

bool may_wait(const OwnLock& lock, LockMode mode) {
  if (!may_wait_for(lock.rank)) return false;
  return mode == LockMode::kShared || !holds_lock(lock, LockMode::kShared) ||
         holds_lock(lock, LockMode::kExclusive);
}

void take_lock(const OwnLock& lock, LockMode mode, const char* what) {
  if (!may_wait(lock, mode)) {
    if (!try_lock(lock, mode)) refuse_busy(what);
    return;
  }
  const LOCKTAG tag = tag_of(lock);
  note_taken(lock, LockAcquire(&tag, mode_of(mode), false, false));
}

bool try_lock(const OwnLock& lock, LockMode mode) {
  const LOCKTAG tag = tag_of(lock);
  const LockAcquireResult result = LockAcquire(&tag, mode_of(mode), false, true);
  if (result == LOCKACQUIRE_NOT_AVAIL) return false;
  note_taken(lock, result);
  return true;
}

bool holds_lock(const OwnLock& lock, LockMode mode) {
  const LOCKTAG tag = tag_of(lock);
#if PG_VERSION_NUM >= 170000
  return LockHeldByMe(&tag, mode_of(mode), false);
#else
  return LockHeldByMe(&tag, mode_of(mode));
#endif
}

bool is_locked_by_another(const OwnLock& lock) {
  const LOCKTAG tag = tag_of(lock);
  if (LockAcquire(&tag, ShareLock, false, true) == LOCKACQUIRE_NOT_AVAIL) return true;
  (void)LockRelease(&tag, ShareLock, false);
  return false;
}

OwnLock named_lock(LockKind kind, std::string_view name) {
  const std::uint64_t key =
      hash_bytes_extended(reinterpret_cast<const unsigned char*>(name.data()), static_cast<int>(name.size()),
                          static_cast<std::uint64_t>(kind));
  return {{kind, key, 0}, key};
}

}  // namespace command_center::server
