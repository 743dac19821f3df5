// A lock lasts until it is released.
#pragma once

#include "extension/availability_guard/locks/outcome.hpp"

namespace command_center::guard {

// LOCKED, or CONFLICT where a tentative lock finds the room or its type taken. A version of 0 is any; data()
// of the request is null for none. KC002, KC006, KC008. Postgres regime, in no session; the tenant was
// checked.
[[nodiscard]] LockOutcome confirm_lock_of(const identifiers::Uuid& tenant_id,
                                          const identifiers::Uuid& lock_id, std::int64_t version,
                                          std::string_view request_id);

}  // namespace command_center::guard
