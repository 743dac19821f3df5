// A row says which queues are its own only under the queue of its reservation: until then a change may move
// it to another room.
#include "extension/availability_guard/locks/held_locks.hpp"

#include "extension/availability_guard/locks/queue.hpp"
#include "extension/availability_guard/locks/take_locks.hpp"
#include "extension/availability_guard/locks/witness.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

using identifiers::Uuid;

// As it would be when it is confirmed.
bool takes_night_by_confirming(const Uuid& tenant_id, const LockRow& row) {
  inventory::Content content = row.held.content;
  content.hold = inventory::Hold::kConfirmed;
  return takes_limited_night(tenant_id, content, &row.held);
}

void queue_for_types_and_rooms(const Uuid& tenant_id, const LockRows& found, Purpose purpose) {
  Ids types = make_ids(found.count);
  Ids rooms = make_ids(found.count);
  for (int i = 0; i < found.count; ++i) {
    const inventory::Content& content = found.rows[i].held.content;
    const bool takes_night =
        purpose == Purpose::kToConfirm && takes_night_by_confirming(tenant_id, found.rows[i]);
    add(types, content.room_type_id, takes_night ? LockMode::kExclusive : LockMode::kShared);
    if (content.has_room) add(rooms, content.room_id);
  }
  queue_for(kTypeQueue, tenant_id, types);
  queue_for(kRoomQueue, tenant_id, rooms);
}

}  // namespace

void refuse_not_held(const Uuid& lock_id) {
  refuse("KC002", "no such lock is held", detail_of_lock(lock_id, 0));
}

LockRows queue_for_locks(const Uuid& tenant_id, const Uuid* lock_ids, int count, Purpose purpose) {
  const LockRows seen = locks_named(tenant_id, lock_ids, count);
  if (seen.count == 0) return seen;
  enter_tenant(tenant_id);
  Ids reservations = make_ids(seen.count);
  for (int i = 0; i < seen.count; ++i) add(reservations, seen.rows[i].reservation_id);
  queue_for(kReservationQueue, tenant_id, reservations);
  // A lock's reservation never changes, so these are all of those that were seen, or fewer.
  Ids known = make_ids(seen.count);
  for (int i = 0; i < seen.count; ++i) add(known, seen.rows[i].held.lock_id);
  queue_for_types_and_rooms(tenant_id, locks_named(tenant_id, known.ids, known.count), purpose);
  return locks_named(tenant_id, known.ids, known.count);
}

LockRows queue_for_locks_of_reservation(const Uuid& tenant_id, const Uuid& reservation_id) {
  enter_tenant(tenant_id);
  Ids reservations = make_ids(1);
  add(reservations, reservation_id);
  queue_for(kReservationQueue, tenant_id, reservations);
  queue_for_types_and_rooms(tenant_id, locks_of_reservation(tenant_id, reservation_id),
                            Purpose::kToKeepOrEnd);
  return locks_of_reservation(tenant_id, reservation_id);
}

void check_not_expired(const LockRow& row, inventory::Instant now) {
  if (!inventory::has_expired(row.held.expires_at, now)) return;
  refuse("KC008", "the lock has expired", detail_of_lock(row.held.lock_id, row.version),
         "Ask for another by availability_guard.lock_room().");
}

void check_version(const LockRow& row, std::int64_t version) {
  if (version == 0 || version == row.version) return;
  refuse("KC006",
         psprintf("lock has version %lld, not %lld", static_cast<long long>(row.version),
                  static_cast<long long>(version)),
         detail_of_lock(row.held.lock_id, row.version));
}

void replace_lock(const Uuid& tenant_id, const LockRow& before, const LockRow& after) {
  delete_lock(tenant_id, before);
  if (insert_lock(tenant_id, after)) return;
  refuse("XX000", "a lock could not be written, and nothing is seen that is in its way", nullptr,
         "Somebody writes to availability_guard.inventory_locks past the functions.");
}

bool knows_request(const Uuid& tenant_id, const LockRow& row, std::string_view request_id,
                   inventory::Instant now) {
  if (request_id.data() == nullptr) return false;
  const Uses uses = past_uses(tenant_id, row.reservation_id, now);
  for (int i = 0; i < uses.count; ++i) {
    if (uses.uses[i].request_id.data() != nullptr && uses.uses[i].request_id == request_id &&
        uses.uses[i].lock_id == row.held.lock_id)
      return true;
  }
  return false;
}

}  // namespace command_center::guard
