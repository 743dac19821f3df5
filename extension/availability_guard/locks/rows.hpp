// Rows of inventory_locks and lock_events.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/availability_guard/installation.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/inventory/capacity.hpp"
#include "extension/core/inventory/resolution.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::guard {

// Days since 1970, as the core counts them, from the server's, and back.
[[nodiscard]] inventory::Day day_of_date(std::int32_t date) noexcept;
[[nodiscard]] std::int32_t date_of_day(inventory::Day day) noexcept;

// A lock that is held. Texts are the session's memory.
struct LockRow {
  inventory::HeldLock held;  // its room: also the one that a tentative hold is about
  identifiers::Uuid reservation_id;
  std::int64_t version;
  bool has_property;
  identifiers::Uuid property_id;
  inventory::Instant locked_at;
};

struct LockRows {
  LockRow* rows;
  int count;
};

// All are Postgres regime, in an open session, with the newest snapshot whatever the caller's isolation:
// under the queues of what is read it is what stands.
[[nodiscard]] LockRows locks_of_reservation(const identifiers::Uuid& tenant_id,
                                            const identifiers::Uuid& reservation_id);
[[nodiscard]] LockRows locks_named(const identifiers::Uuid& tenant_id, const identifiers::Uuid* lock_ids,
                                   int count);
// Those that hold the room in one of the nights, expired or not; no tentative ones.
[[nodiscard]] LockRows locks_in_room(const identifiers::Uuid& tenant_id, const identifiers::Uuid& room_id,
                                     const inventory::Stay& stay);

struct NightLimits {
  inventory::NightLimit* limits;
  int count;
};
[[nodiscard]] NightLimits limits_of_type(const identifiers::Uuid& tenant_id,
                                         const identifiers::Uuid& room_type_id, const inventory::Stay& stay);

struct Stays {
  inventory::Stay* stays;
  int count;
};
// Of the locks that count for the type at `now`, without `except` if that is not null.
[[nodiscard]] Stays stays_of_type(const identifiers::Uuid& tenant_id, const identifiers::Uuid& room_type_id,
                                  const inventory::Stay& stay, inventory::Instant now,
                                  const identifiers::Uuid* except);

struct Uses {
  inventory::PastUse* uses;
  int count;
};
// The keys and requests of a reservation that are remembered, oldest first.
[[nodiscard]] Uses past_uses(const identifiers::Uuid& tenant_id, const identifiers::Uuid& reservation_id,
                             inventory::Instant now);

// False where a unique or exclusion constraint has one already.
[[nodiscard]] bool insert_lock(const identifiers::Uuid& tenant_id, const LockRow& row);
// 40001 where it is gone: somebody wrote past the queues.
void delete_lock(const identifiers::Uuid& tenant_id, const LockRow& row);

// What the caller says about a change; data() is null for NULL, the initiator 0.
struct Remarks {
  std::string_view key;
  std::string_view request_id;
  std::string_view reason;
  std::string_view correlation_id;
  Datum initiator;
};

// Appends to the history what the row is since `now`, or was when it ended.
void append_event(const identifiers::Uuid& tenant_id, const LockRow& row, const char* kind,
                  const Remarks& remarks, inventory::Instant now);

}  // namespace command_center::guard
