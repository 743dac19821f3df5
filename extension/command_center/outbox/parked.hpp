// Messages that a batch is published without.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/command_center/outbox/batch.hpp"
#include "extension/server/locks/own_lock.hpp"

namespace command_center::extension {

// What every statement about them says of `parked`: nobody has decided what becomes of it.
#define IS_OPEN                                                       \
  "NOT EXISTS (SELECT FROM command_center.parked_outcomes AS outcome" \
  " WHERE outcome.\"position\" = parked.\"position\" AND outcome.message_id = parked.message_id)"

// And of a row `message` of the outbox: it is left out of every batch.
#define IS_LEFT_OUT                                              \
  "EXISTS (SELECT FROM command_center.parked_messages AS parked" \
  " WHERE parked.\"position\" = message.\"position\" AND parked.message_id = message.message_id)"

// All are Postgres regime, in an open session. What is left out of a batch is decided before the batch is
// recorded, or later by the relay that is about to publish it, and never changes once that has begun.

// False between a new library and setup().
[[nodiscard]] bool knows_parking();

// Who decides what becomes of messages holds it: two that appended the same message would send it twice.
[[nodiscard]] OwnLock parked_lock(std::string_view family);

// Before anything is put aside: until the transaction ends nobody else of the family does, so that moments
// are in the order of the commits. has_parked_at() of one says that all before it are there.
void lock_parking(std::string_view family);

// When somebody last put a message of the publishers of a family aside, as text; null: nobody has.
[[nodiscard]] const char* parked_through(std::string_view family);

// Whether this database has what was put aside at that moment; true where it would not have it any more.
[[nodiscard]] bool has_parked_at(std::string_view family, const char* moment);

// How many rows of a batch are left out. Cheap where there are none.
[[nodiscard]] int count_left_out(const Batch& batch);

// Puts aside what of a batch that is about to be recorded belongs to a topic that takes nothing, or comes
// behind a message of its key that is put aside. A row is parked only once.
void park_held(std::string_view publisher, const Batch& batch);

}  // namespace command_center::extension
