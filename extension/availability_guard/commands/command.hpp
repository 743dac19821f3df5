// Commands to the guard, however they come.
#pragma once

#include <string_view>

#include "extension/availability_guard/locks/request.hpp"

namespace command_center::guard {

// Plain data over memory of the calling context.
struct Command {
  std::string_view name;
  identifiers::Uuid tenant_id;
  std::string_view command_id;  // names the request: the same command takes effect once
  std::string_view correlation_id;
  Datum initiator;  // 0: none
  Datum payload;    // jsonb that passed the command's schema
};

// Whether it is one of ours.
[[nodiscard]] bool is_command(std::string_view name) noexcept;

// Does what it says and answers the verdict as jsonb: {"status", "lockId", "version", "expiresAt", "witness"}
// of one lock, {"status", "released"} of a release. The tenant was checked. 22023 for a payload that says
// another tenant, or something that its schema would not; KC012 for a command that is none of ours. Postgres
// regime, in no session.
[[nodiscard]] Datum carry_out(const Command& command);

// What a payload names, for those who only want to know what it is about: nothing is refused here, and what
// cannot be is left out. Postgres regime.
struct Subjects {
  bool has_reservation;
  identifiers::Uuid reservation_id;
  bool has_type;
  identifiers::Uuid room_type_id;
  bool has_room;
  identifiers::Uuid room_id;
  bool has_stay;  // in the dates that it may be in, whatever the zone
  inventory::Stay stay;
  identifiers::Uuid* lock_ids;
  int lock_count;
};
[[nodiscard]] Subjects subjects_of(Datum payload);

}  // namespace command_center::guard
