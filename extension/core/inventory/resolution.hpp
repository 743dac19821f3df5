// Which lock a request means, and what it does to it.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/inventory/holds.hpp"
#include "extension/core/inventory/stay.hpp"

namespace command_center::inventory {

// What a lock is about. Plain data, as all of this file; texts belong to the caller.
struct Content {
  identifiers::Uuid room_type_id;
  bool has_room;
  identifiers::Uuid room_id;
  Stay stay;
  Hold hold;
};

struct Wanted {
  Content content;
  bool names_hold;              // else a new lock counts, and one that is changed stays what it is
  std::string_view key;         // data() is null: none
  std::string_view request_id;  // the same
  std::string_view line;
  bool reopens;  // a key whose lock ended may begin another one
};

// A row of the reservation, expired or not.
struct HeldLock {
  identifiers::Uuid lock_id;
  Content content;
  Instant expires_at;
  std::string_view key;  // data() is null: none
  std::string_view line;
};

// A key or request of the reservation that is remembered, and the lock that it was for.
struct PastUse {
  identifiers::Uuid lock_id;
  std::string_view key;         // data() is null: none
  std::string_view request_id;  // the same
};

enum class Act {
  kCreate,       // a new lock
  kChange,       // the lock gets other content, and a version more
  kAnswer,       // nothing: the request is known, or says what stands
  kRemember,     // the same, and the request or key is new to the lock
  kRefuseEnded,  // the lock of the key or request has ended
  kRefuseLower   // a confirmed or counting hold is to count for less
};

struct Resolution {
  Act act;
  int lock;                 // of the held ones: what is changed, answered or refused; -1: none
  int over;                 // of the held ones: has expired and makes room for the new lock; -1: none
  identifiers::Uuid ended;  // of kRefuseEnded
  Content content;          // of kCreate and kChange, with the hold decided
};

// A lock is found by the request, which then changes nothing; else by its key, or any that it was asked for
// by; else as the one of the reservation's line. `now` is the clock after the last queue lock.
[[nodiscard]] Resolution resolve(const Wanted& wanted, const HeldLock* held, int held_count,
                                 const PastUse* uses, int use_count, Instant now) noexcept;

}  // namespace command_center::inventory
