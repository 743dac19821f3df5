// How long a lock lasts, and whom it keeps out.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/inventory/stay.hpp"

namespace command_center::inventory {

// Microseconds of the server's clock.
using Instant = std::int64_t;
inline constexpr Instant kNever = std::numeric_limits<Instant>::max();

// In this order: a lock_room never lowers one. Tentative ones are judged as the others and count for nobody.
enum class Hold { kTentative, kCounting, kConfirmed };

[[nodiscard]] std::optional<Hold> hold_named(std::string_view name) noexcept;
[[nodiscard]] std::string_view name_of(Hold hold) noexcept;

// From `now` on, with a TTL in seconds. A confirmed hold never ends by itself.
[[nodiscard]] Instant expiry_of(Hold hold, Instant now, std::int32_t ttl_seconds) noexcept;

// A lock is held before its expiry and not at it. `now` is read after the last queue lock, so that whoever
// takes over sees a later clock than whoever lost.
[[nodiscard]] constexpr bool has_expired(Instant expires_at, Instant now) noexcept {
  return expires_at <= now;
}

// Bounds of a TTL for one tenant.
struct TtlLimits {
  std::int32_t by_default;
  std::int32_t most;
};
inline constexpr TtlLimits kUsualTtl = {7200, 86'400};
inline constexpr std::int32_t kLongestTtl = 31'622'400;

// A row of somebody's lock that has a night in common with a wanted room.
struct RoomHold {
  identifiers::Uuid lock_id;
  Instant expires_at;
};

enum class Standing { kItself, kOver, kInTheWay };

// What a lock of the same room and nights is to a wanted one: `own` is the lock that is being changed, or
// null. A lock never conflicts with itself.
[[nodiscard]] Standing standing_of(const RoomHold& found, const identifiers::Uuid* own, Instant now) noexcept;

}  // namespace command_center::inventory
