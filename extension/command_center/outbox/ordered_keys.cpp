// A key is locked exclusively, with its tenant in shared mode; or the tenant exclusively, which is all its
// keys.
#include "extension/command_center/outbox/ordered_keys.hpp"

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "extension/command_center/locks/secret.hpp"
#include "extension/command_center/outbox/position_sequence.hpp"
#include "extension/server/installation.hpp"
#include "extension/server/locks/own_lock.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kMostLocksOneByOne = 256;

struct KeyLock {
  std::uint64_t tenant;
  std::uint64_t key;
};

bool operator<(const KeyLock& left, const KeyLock& right) noexcept {
  return std::tie(left.tenant, left.key) < std::tie(right.tenant, right.key);
}

bool operator==(const KeyLock& left, const KeyLock& right) noexcept {
  return left.tenant == right.tenant && left.key == right.key;
}

// The tenant that the transaction before could not have whole while it held some of its keys: the next one
// that comes by begins with the whole, waiting for its turn. Otherwise two that are run again would stop each
// other for ever.
std::uint64_t wanted_whole = 0;

std::string_view bytes_of(const identifiers::Uuid& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

// Of a kind, so that a tenant's replay is no key of its.
std::uint64_t tenant_hash(const hash::SipKey& secret, LockKind kind, const identifiers::Uuid& tenant_id) {
  const auto salt = static_cast<std::uint64_t>(kind);
  return hash::sip_hash({secret.low ^ salt, secret.high}, bytes_of(tenant_id));
}

KeyLock lock_of(const hash::SipKey& secret, const OrderedKey& key) {
  const std::uint64_t tenant = tenant_hash(secret, LockKind::kOrderedKey, key.tenant_id);
  return {tenant, hash::sip_hash({secret.low ^ tenant, secret.high}, key.partition_key)};
}

OwnLock tenant_lock(std::uint64_t tenant) {
  return {{LockKind::kOrderedKey, tenant, 0}, tenant};
}

OwnLock key_lock(const KeyLock& lock) {
  return {{LockKind::kOrderedKey, lock.tenant, lock.key}, lock.key};
}

void lock_whole(std::uint64_t tenant) {
  const OwnLock lock = tenant_lock(tenant);
  if (!holds_lock(lock, LockMode::kShared)) {
    require_room_in_lock_table(1, "ordered keys");
    take_lock(lock, LockMode::kExclusive, "an ordered key");
  } else if (!try_lock(lock, LockMode::kExclusive)) {
    wanted_whole = tenant;
    refuse("40001",
           "could not serialize access: ordered keys of the tenant are in use by another transaction",
           "This one holds as many of its keys as are locked one by one.",
           "Run the transaction again: it begins with all keys of the tenant then. Better, put its commands "
           "into one call of execute_commands.");
  }
  if (wanted_whole == tenant) wanted_whole = 0;
}

// All of one tenant, sorted.
void lock_keys(const KeyLock* first, const KeyLock* last, int to_come) {
  const OwnLock tenant = tenant_lock(first->tenant);
  if (holds_lock(tenant, LockMode::kExclusive)) return;
  // The tenant's own lock is no key; and once that is shared, what may come is of no account.
  const bool shared = holds_lock(tenant, LockMode::kShared);
  const std::ptrdiff_t keys = counted_locks() + (last - first) + (shared ? -1 : to_come);
  if (keys > kMostLocksOneByOne || wanted_whole == first->tenant) {
    lock_whole(first->tenant);
    return;
  }
  take_lock(tenant, LockMode::kShared, "an ordered key");
  for (const KeyLock* lock = first; lock != last; ++lock)
    take_lock(key_lock(*lock), LockMode::kExclusive, "an ordered key");
}

// A library is replaced before its setup() is called, and sessions of the old one go on. What they take is
// the tenant's hash as an advisory lock; waiting for that keeps the order between both.
void lock_as_before(const OrderedKey* keys, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string_view tenant = bytes_of(keys[i].tenant_id);
    const std::uint64_t hash = DatumGetUInt64(hash_any_extended(
        reinterpret_cast<const unsigned char*>(tenant.data()), static_cast<int>(tenant.size()), 0));
    (void)DirectFunctionCall1(pg_advisory_xact_lock_int8, UInt64GetDatum(hash));
  }
}

}  // namespace

// The step of setup() that makes the secret locks the outbox first, so whoever has got past this lock agrees
// with everybody else about the secret until the transaction ends.
void lock_ordered_keys(OrderedKey* keys, int count, int to_come) {
  if (count == 0) return;
  require_counting_one_by_one(
      "Ordered commands cannot be taken until then: ALTER SEQUENCE command_center.outbox_position CACHE 1 "
      "INCREMENT 1 NO CYCLE;");
  LockRelationOid(installed_relation(kInstallation, "transactional_outbox"), RowExclusiveLock);
  const hash::SipKey* secret = lock_secret();
  if (secret == nullptr) {
    lock_as_before(keys, count);
    return;
  }
  auto* locks = static_cast<KeyLock*>(palloc(sizeof(KeyLock) * static_cast<std::size_t>(count)));
  for (int i = 0; i < count; ++i) locks[i] = lock_of(*secret, keys[i]);
  std::sort(locks, locks + count);
  const KeyLock* end = std::unique(locks, locks + count);
  for (const KeyLock* first = locks; first != end;) {
    const KeyLock* last =
        std::find_if(first, end, [first](const KeyLock& lock) { return lock.tenant != first->tenant; });
    lock_keys(first, last, to_come);
    first = last;
  }
}

bool try_ordered_key(const OrderedKey& key) {
  LockRelationOid(installed_relation(kInstallation, "transactional_outbox"), RowExclusiveLock);
  const hash::SipKey* secret = lock_secret();
  if (secret == nullptr) return false;
  const KeyLock lock = lock_of(*secret, key);
  return try_lock(tenant_lock(lock.tenant), LockMode::kShared) &&
         try_lock(key_lock(lock), LockMode::kExclusive);
}

void lock_replays_of(const identifiers::Uuid& tenant_id) {
  const hash::SipKey* secret = lock_secret();
  const hash::SipKey none = {};
  const std::uint64_t key = tenant_hash(secret != nullptr ? *secret : none, LockKind::kReplay, tenant_id);
  take_lock({{LockKind::kReplay, key, 0}, key}, LockMode::kExclusive, "replay_dispatches of the tenant");
}

}  // namespace command_center::extension
