// What stands in the way, as jsonb.
#pragma once

#include "extension/availability_guard/locks/rows.hpp"
#include "extension/core/inventory/capacity.hpp"

namespace command_center::guard {

// Both are Postgres regime; in the current memory context.
[[nodiscard]] Datum witness_of_lock(const LockRow& row);
[[nodiscard]] Datum witness_of_night(const inventory::NightLimit& limit, std::int64_t held);

// {"lockId", "version"}: the DETAIL of errors about a lock. Version 0 leaves that out.
[[nodiscard]] const char* detail_of_lock(const identifiers::Uuid& lock_id, std::int64_t version);

// A date as ISO 8601, whatever DateStyle is.
[[nodiscard]] const char* day_text(inventory::Day day);

// An instant in UTC as a JSON text; null for never.
[[nodiscard]] const char* instant_json(inventory::Instant instant);

}  // namespace command_center::guard
