// Locks of our own tag whose keys are hashes with the database's secret, sorted by hash.
#include "extension/availability_guard/locks/queue.hpp"

#include <algorithm>
#include <cstring>

#include "extension/command_center/locks/secret.hpp"
#include "extension/core/hash/sip_hash.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

const char* name_of(LockKind kind) {
  if (kind == kReservationQueue) return "reservation";
  if (kind == kTypeQueue) return "room type";
  return kind == kRoomQueue ? "room" : "tenant";
}

OwnLock lock_of(LockKind kind, const identifiers::Uuid& tenant_id, const identifiers::Uuid& id) {
  const hash::SipKey* secret = extension::lock_secret();
  if (secret == nullptr) {
    refuse("KC015", "locks have no secret yet", nullptr,
           "Call command_center.setup(): this version of it makes one.");
  }
  char bytes[2 * sizeof(id.bytes)];
  std::memcpy(bytes, tenant_id.bytes.data(), sizeof(id.bytes));
  std::memcpy(bytes + sizeof(id.bytes), id.bytes.data(), sizeof(id.bytes));
  const hash::SipKey key = {secret->low ^ static_cast<std::uint64_t>(kind), secret->high};
  const std::uint64_t hashed = hash::sip_hash(key, {bytes, sizeof(bytes)});
  return {{kind, hashed, 0}, hashed};
}

[[noreturn]] void refuse_out_of_order(LockKind kind) {
  refuse("40001",
         psprintf("could not serialize access: a %s is in use by another transaction, and this one may not "
                  "wait for it",
                  name_of(kind)),
         nullptr,
         "Locks are taken in one order, and what comes before those held is only tried. Run the "
         "transaction again; best with all its rooms in one call of availability_guard.lock_rooms.");
}

void take(const OwnLock& lock, LockMode mode) {
  if (may_wait(lock, mode)) {
    take_lock(lock, mode, name_of(lock.rank.kind));
  } else if (!try_lock(lock, mode)) {
    refuse_out_of_order(lock.rank.kind);
  }
}

struct Place {
  OwnLock lock;
  LockMode mode;
};

}  // namespace

bool has_room_in_lock_table(int more) noexcept {
  return counted_locks() + more <= most_counted_locks();
}

Ids make_ids(int capacity) {
  const std::size_t places = static_cast<std::size_t>(capacity) + 1;
  return {static_cast<identifiers::Uuid*>(palloc(sizeof(identifiers::Uuid) * places)),
          static_cast<LockMode*>(palloc(sizeof(LockMode) * places)), 0, capacity};
}

void add(Ids& ids, const identifiers::Uuid& id, LockMode mode) {
  Assert(ids.count < ids.capacity);
  ids.modes[ids.count] = mode;
  ids.ids[ids.count++] = id;
}

void enter_tenant(const identifiers::Uuid& tenant_id) {
  take(lock_of(kTenantQueue, tenant_id, tenant_id), LockMode::kShared);
}

bool try_to_enter_tenant(const identifiers::Uuid& tenant_id) {
  return try_lock(lock_of(kTenantQueue, tenant_id, tenant_id), LockMode::kShared);
}

void queue_for(LockKind kind, const identifiers::Uuid& tenant_id, const Ids& ids) {
  auto* queued = static_cast<Queued*>(palloc(sizeof(Queued) * static_cast<std::size_t>(ids.count + 1)));
  for (int i = 0; i < ids.count; ++i) queued[i] = {tenant_id, ids.ids[i], ids.modes[i]};
  queue_for(kind, queued, ids.count);
}

void queue_for(LockKind kind, const Queued* queued, int count) {
  require_room_in_lock_table(count, psprintf("%ss", name_of(kind)));
  auto* places = static_cast<Place*>(palloc(sizeof(Place) * static_cast<std::size_t>(count + 1)));
  for (int i = 0; i < count; ++i)
    places[i] = {lock_of(kind, queued[i].tenant_id, queued[i].id), queued[i].mode};
  std::sort(places, places + count, [](const Place& left, const Place& right) {
    if (left.lock.key != right.lock.key) return left.lock.key < right.lock.key;
    return left.mode == LockMode::kExclusive && right.mode == LockMode::kShared;
  });
  const Place* end = std::unique(places, places + count, [](const Place& left, const Place& right) {
    return left.lock.key == right.lock.key;
  });
  for (const Place* place = places; place != end; ++place) take(place->lock, place->mode);
}

void require_whole_type(const identifiers::Uuid& tenant_id, const identifiers::Uuid& room_type_id) {
  const OwnLock lock = lock_of(kTypeQueue, tenant_id, room_type_id);
  if (holds_lock(lock, LockMode::kExclusive)) return;
  if (!try_lock(lock, LockMode::kExclusive)) refuse_out_of_order(kTypeQueue);
}

bool try_queue(LockKind kind, const identifiers::Uuid& tenant_id, const identifiers::Uuid& id) {
  return try_lock(lock_of(kind, tenant_id, id), LockMode::kExclusive);
}

}  // namespace command_center::guard
