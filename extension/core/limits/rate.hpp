// How often something may happen: so many in a minute, so many at once, and how long a refusal lasts.
#pragma once

#include <cstdint>

namespace command_center::limits {

// All times are microseconds.
struct Rate {
  std::int64_t interval;  // in which one token grows back
  std::int64_t burst;     // tokens of a full bucket, at least 1
  std::int64_t cooldown;  // how long a subject is refused after a refusal; 0: until a token has grown back
};

// The interval is rounded up, so that never more than `max_per_minute` grow back in a minute.
[[nodiscard]] constexpr Rate make_rate(std::int64_t max_per_minute, std::int64_t burst,
                                       std::int64_t cooldown_seconds) noexcept {
  constexpr std::int64_t kMinute = 60'000'000;
  return {(kMinute + max_per_minute - 1) / max_per_minute, burst, cooldown_seconds * 1'000'000};
}

}  // namespace command_center::limits
