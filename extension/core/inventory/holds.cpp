// The order of the checks matters: a lock that has expired is nobody's, its own one's least of all.
#include "extension/core/inventory/holds.hpp"

namespace command_center::inventory {
namespace {

constexpr std::string_view kNames[] = {"tentative", "counting", "confirmed"};
constexpr Instant kMicrosecondsOfSecond = 1'000'000;

}  // namespace

std::optional<Hold> hold_named(std::string_view name) noexcept {
  for (int i = 0; i < 3; ++i) {
    if (kNames[i] == name) return static_cast<Hold>(i);
  }
  return {};
}

std::string_view name_of(Hold hold) noexcept {
  return kNames[static_cast<int>(hold)];
}

Instant expiry_of(Hold hold, Instant now, std::int32_t ttl_seconds) noexcept {
  return hold == Hold::kConfirmed ? kNever : now + ttl_seconds * kMicrosecondsOfSecond;
}

Standing standing_of(const RoomHold& found, const identifiers::Uuid* own, Instant now) noexcept {
  if (own != nullptr && found.lock_id == *own) return Standing::kItself;
  return has_expired(found.expires_at, now) ? Standing::kOver : Standing::kInTheWay;
}

}  // namespace command_center::inventory
