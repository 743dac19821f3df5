// What a caller asks for: the arguments of lock_room, checked.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/inventory/resolution.hpp"
#include "extension/core/inventory/stay.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::guard {

// Plain data; texts belong to the caller, and data() is null for NULL.
struct LockRequest {
  identifiers::Uuid tenant_id;
  identifiers::Uuid reservation_id;
  inventory::Moment stay_start;
  inventory::Moment stay_end;
  inventory::Wanted wanted;  // its stay is set by resolve_stay()
  std::int32_t ttl_seconds;  // -1: not told
  std::string_view reason;
  std::string_view correlation_id;
  Datum initiator;  // 0: none
  bool has_property;
  identifiers::Uuid property_id;
};

// How the stay is written.
enum class StayForm { kDate, kInstant, kText };

inline constexpr int kRequestArguments = 16;

// The arguments as they come, in order.
struct RequestArguments {
  Datum values[kRequestArguments];
  bool nulls[kRequestArguments];
};

// All are Postgres regime. 22004 and 22023 for what no request can be.
[[nodiscard]] LockRequest read_request(const RequestArguments& arguments, StayForm form);

// Sets the dates. For instants that takes the zone of the property (KC002 where there is none), which the
// room tells where the request does not. In an open session.
void resolve_stay(LockRequest& request);

// KC014 for one that is too large to be written into the history of many locks; 0: there is none.
void check_initiator(Datum initiator);

// 22023 for a text that is empty or too long for an id of the caller's; null passes.
void check_id_text(std::string_view text, const char* what);

}  // namespace command_center::guard
