// Packs time, fraction and random bits, and keeps the order.
#include "extension/core/identifiers/uuid_v7.hpp"

namespace command_center::identifiers {
namespace {

constexpr std::uint64_t kLowMask = (std::uint64_t{1} << 62) - 1;

// The top random bit stays clear when a new instant starts, so that steps within it rarely carry into the
// fraction.
constexpr std::uint64_t kFreshMask = kLowMask >> 1;

Uuid pack(std::uint64_t high, std::uint64_t low) noexcept {
  const std::uint64_t milliseconds = high >> 12;
  const std::uint64_t first = (milliseconds << 16) | 0x7000U | (high & 0x0fffU);
  const std::uint64_t second = (std::uint64_t{2} << 62) | low;
  Uuid uuid;
  for (std::size_t i = 0; i < 8; ++i) {
    uuid.bytes[i] = static_cast<std::uint8_t>(first >> (56 - 8 * i));
    uuid.bytes[i + 8] = static_cast<std::uint8_t>(second >> (56 - 8 * i));
  }
  return uuid;
}

}  // namespace

Uuid UuidV7Generator::next(std::int64_t unix_microseconds, std::uint64_t random) noexcept {
  const auto microseconds = static_cast<std::uint64_t>(unix_microseconds < 0 ? 0 : unix_microseconds);
  const std::uint64_t fraction = (microseconds % 1000) * 4096 / 1000;
  const std::uint64_t high = ((microseconds / 1000) << 12) | fraction;
  constexpr std::uint64_t kMostLead = std::uint64_t{kMostLeadMilliseconds} << 12;
  if (high > high_ || high_ - high > kMostLead) {
    high_ = high;
    low_ = random & kFreshMask;
    return pack(high_, low_);
  }
  low_ += 1 + (random & 0xffffffffU);
  if (low_ > kLowMask) {
    low_ &= kLowMask;
    ++high_;
  }
  return pack(high_, low_);
}

std::int64_t unix_milliseconds(const Uuid& uuid) noexcept {
  std::uint64_t milliseconds = 0;
  for (std::size_t i = 0; i < 6; ++i) milliseconds = milliseconds << 8 | uuid.bytes[i];
  return static_cast<std::int64_t>(milliseconds);
}

Uuid lower_bound_at(std::int64_t unix_milliseconds) noexcept {
  Uuid uuid;
  for (std::size_t i = 0; i < 6; ++i) {
    uuid.bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(unix_milliseconds) >> (40 - 8 * i));
  }
  return uuid;
}

}  // namespace command_center::identifiers
