// Makes UUIDv7 (RFC 9562) that grow within one generator, also when the clock runs backwards a little.
#pragma once

#include <cstdint>

#include "extension/core/identifiers/uuid.hpp"

namespace command_center::identifiers {

// 48 bits of Unix milliseconds, 12 bits of the fraction of the millisecond (method 3 of the RFC), 62 random
// bits. An id that would not be above the one before is that one plus a random step, as long as that leads
// the clock by no more than kMostLeadMilliseconds: a clock that was days ahead for a moment and is right
// again must not leave a session with ids that no partition takes.
inline constexpr std::int64_t kMostLeadMilliseconds = 10'000;

class UuidV7Generator {
 public:
  // `unix_microseconds` is the clock's reading, `random` 64 fresh random bits.
  [[nodiscard]] Uuid next(std::int64_t unix_microseconds, std::uint64_t random) noexcept;

 private:
  std::uint64_t high_ = 0;  // milliseconds << 12 | fraction
  std::uint64_t low_ = 0;   // 62 bits
};

// The instant that a UUIDv7 was made for.
[[nodiscard]] std::int64_t unix_milliseconds(const Uuid& uuid) noexcept;

// The lowest UUIDv7 of an instant: a bound between partitions.
[[nodiscard]] Uuid lower_bound_at(std::int64_t unix_milliseconds) noexcept;

}  // namespace command_center::identifiers
