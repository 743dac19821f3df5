// The queues that writers of locks stand in, by rank. A row of inventory_locks is written by who has those of
// its reservation and its room, and that of its type at least in shared mode. One that has expired may be
// deleted by who has that of its room, or, where it is about none, of its reservation: whoever else writes it
// has that one, too. So what is read after the last queue is what stands.
#pragma once

#include "extension/availability_guard/installation.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/server/locks/own_lock.hpp"

namespace command_center::guard {

// Ranks of the domain, lowest first (docs/architecture.md). A tenant is locked in shared mode by all that is
// done with its locks. So is a type, by what takes nothing of a night that is limited: then rooms of one type
// do not wait for each other.
inline constexpr LockKind kTenantQueue = static_cast<LockKind>(1000);
inline constexpr LockKind kReservationQueue = static_cast<LockKind>(2000);
inline constexpr LockKind kTypeQueue = static_cast<LockKind>(3000);
inline constexpr LockKind kRoomQueue = static_cast<LockKind>(3100);

// Ids of one kind, gathered and then queued for. Plain data in the calling context.
struct Ids {
  identifiers::Uuid* ids;
  LockMode* modes;
  int count;
  int capacity;
};

// All are Postgres regime.
[[nodiscard]] Ids make_ids(int capacity);
void add(Ids& ids, const identifiers::Uuid& id, LockMode mode = LockMode::kExclusive);

// Several tenants' at once.
struct Queued {
  identifiers::Uuid tenant_id;
  identifiers::Uuid id;  // of a tenant itself: its own
  LockMode mode;
};

void enter_tenant(const identifiers::Uuid& tenant_id);

// False when it is busy.
[[nodiscard]] bool try_to_enter_tenant(const identifiers::Uuid& tenant_id);

// Takes the queue of each, exclusively where any of them says so, in one order whatever theirs is. What comes
// before the highest rank that the transaction holds is only tried: 40001 when it is busy. KC014 when the
// transaction would hold more than its part of the server's lock table.
void queue_for(LockKind kind, const identifiers::Uuid& tenant_id, const Ids& ids);

void queue_for(LockKind kind, const Queued* queued, int count);

// Whether the transaction may hold so many more.
[[nodiscard]] bool has_room_in_lock_table(int more) noexcept;

// A type that was entered in shared mode and turned out to be limited is had whole by a try: 40001 when that
// is busy.
void require_whole_type(const identifiers::Uuid& tenant_id, const identifiers::Uuid& room_type_id);

// False when it is busy.
[[nodiscard]] bool try_queue(LockKind kind, const identifiers::Uuid& tenant_id, const identifiers::Uuid& id);

}  // namespace command_center::guard
