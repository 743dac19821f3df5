// The queues of all commands of a batch, by rank, whatever their order is: what each of them alone would
// enter (locks/take_locks.cpp). Less strictly in one case: one that confirms a tentative hold of a limited
// type may find the type shared by another batch, and end with 40001.
#include "extension/availability_guard/commands/lock_set.hpp"

#include <algorithm>

#include "extension/availability_guard/commands/command.hpp"
#include "extension/availability_guard/locks/queue.hpp"
#include "extension/availability_guard/locks/take_locks.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

using identifiers::Uuid;

// Above that the commands fend for themselves, by trying.
constexpr int kMostSubjects = 1000;

// Those of one kind. Plain data.
struct Queues {
  Queued* queued;
  int count;
  int capacity;

  void add(const Uuid& tenant_id, const Uuid& id, LockMode mode) {
    if (count > 0) {
      // Most batches say the same again and again.
      const Queued& last = queued[count - 1];
      if (last.tenant_id == tenant_id && last.id == id && last.mode == mode) return;
    }
    if (count == capacity) {
      capacity *= 2;
      queued = static_cast<Queued*>(repalloc(queued, sizeof(Queued) * static_cast<std::size_t>(capacity)));
    }
    queued[count++] = {tenant_id, id, mode};
  }
};

Queues make_queues() {
  constexpr int kAtFirst = 64;
  return {static_cast<Queued*>(palloc(sizeof(Queued) * kAtFirst)), 0, kAtFirst};
}

struct Subject {
  Uuid tenant_id;
  Subjects named;
};

// Together with what the other rank takes.
bool fit(const Queues& some, const Queues& others) {
  const int count = some.count + others.count;
  return count <= kMostSubjects && has_room_in_lock_table(count);
}

// What is held, as it stands under the queue of its reservation.
void add_rows(const Uuid& tenant_id, const LockRows& found, Queues& types, Queues& rooms) {
  for (int i = 0; i < found.count; ++i) {
    const inventory::Content& content = found.rows[i].held.content;
    types.add(tenant_id, content.room_type_id, LockMode::kShared);
    if (content.has_room) rooms.add(tenant_id, content.room_id, LockMode::kExclusive);
  }
}

// Nights that a change would keep are asked for, too: that costs others of the type a wait, and no more.
bool takes_limited(const Subject& subject) {
  const Subjects& named = subject.named;
  return named.has_stay && named.stay.arrival < named.stay.departure &&
         limits_of_type(subject.tenant_id, named.room_type_id, named.stay).count > 0;
}

void add_wanted(const Subject& subject, Queues& types, Queues& rooms) {
  const Subjects& named = subject.named;
  if (named.has_type) {
    types.add(subject.tenant_id, named.room_type_id,
              takes_limited(subject) ? LockMode::kExclusive : LockMode::kShared);
  }
  if (named.has_room) rooms.add(subject.tenant_id, named.room_id, LockMode::kExclusive);
}

void add_reservations(const Subject& subject, Queues& reservations) {
  const Subjects& named = subject.named;
  if (named.has_reservation) reservations.add(subject.tenant_id, named.reservation_id, LockMode::kExclusive);
  const LockRows seen = locks_named(subject.tenant_id, named.lock_ids, named.lock_count);
  for (int i = 0; i < seen.count; ++i)
    reservations.add(subject.tenant_id, seen.rows[i].reservation_id, LockMode::kExclusive);
}

void take_all(const Subject* subjects, int count) {
  Queues tenants = make_queues();
  Queues reservations = make_queues();
  for (int i = 0; i < count; ++i) {
    tenants.add(subjects[i].tenant_id, subjects[i].tenant_id, LockMode::kShared);
    add_reservations(subjects[i], reservations);
    if (!fit(tenants, reservations)) return;
  }
  queue_for(kTenantQueue, tenants.queued, tenants.count);
  queue_for(kReservationQueue, reservations.queued, reservations.count);
  Queues types = make_queues();
  Queues rooms = make_queues();
  for (int i = 0; i < count; ++i) {
    const Subjects& named = subjects[i].named;
    add_wanted(subjects[i], types, rooms);
    if (named.has_reservation)
      add_rows(subjects[i].tenant_id, locks_of_reservation(subjects[i].tenant_id, named.reservation_id),
               types, rooms);
    add_rows(subjects[i].tenant_id, locks_named(subjects[i].tenant_id, named.lock_ids, named.lock_count),
             types, rooms);
  }
  if (!fit(types, rooms)) return;
  queue_for(kTypeQueue, types.queued, types.count);
  queue_for(kRoomQueue, rooms.queued, rooms.count);
}

void take(const ComingCommand* commands, int count) {
  if (count > kMostSubjects) return;
  auto* subjects = static_cast<Subject*>(palloc(sizeof(Subject) * (static_cast<std::size_t>(count) + 1)));
  for (int i = 0; i < count; ++i) subjects[i] = {commands[i].tenant_id, subjects_of(commands[i].payload)};
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  take_all(subjects, count);
  resume_planner(planner);
  close_session(session);
}

}  // namespace

const CommandLocks kCommandLocks = {is_command, take};

}  // namespace command_center::guard
