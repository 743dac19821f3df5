// How much goes into one part of a batch, and how much may be on its way at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "daemon/runtime/clock.hpp"

namespace command_center::relay::publisher {

// A Kafka transaction has to be over within 15 seconds. A part is closed after a quarter of that, and what is
// on its way then must arrive in the rest: no more is than the link has been seen to carry in about a second.
class Flow {
 public:
  using Clock = daemon::runtime::Clock;

  static constexpr std::chrono::milliseconds kPartTime{3750};

  // `largest`: the most that may be on its way.
  explicit Flow(std::int64_t largest) : largest_(largest) {}

  // `lease`: for how long the relay may work unless it asks again, which it cannot while it reads a batch.
  void begin_part(Clock::time_point now, Clock::duration lease) {
    closes_at_ = now + std::min<Clock::duration>(kPartTime, lease / 2);
  }
  [[nodiscard]] Clock::time_point closes_at() const { return closes_at_; }

  // Bytes on their way.
  [[nodiscard]] std::int64_t window() const { return window_; }
  // It took so long until half of the window was delivered.
  void note_wait(Clock::duration waited) {
    if (waited < kShort) window_ = std::min(window_ * 2, largest_);
    if (waited > kLong) window_ = std::max(window_ / 2, kSmallest);
  }

 private:
  static constexpr std::chrono::milliseconds kShort{100};
  static constexpr std::chrono::milliseconds kLong{1000};
  static constexpr std::int64_t kSmallest = 64LL * 1024;
  static constexpr std::int64_t kFirst = 256LL * 1024;

  std::int64_t largest_;
  Clock::time_point closes_at_;
  std::int64_t window_ = kFirst;
};

}  // namespace command_center::relay::publisher
