// The clock of every deadline.
#pragma once

#include <chrono>
#include <ctime>

namespace command_center::daemon::runtime {

// Monotonic, so that a clock that is set moves no deadline; and unlike steady_clock it goes on while the
// machine sleeps, so that nobody wakes up believing in a lease.
struct Clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;  // NOLINT(readability-identifier-naming): the standard's name

  [[nodiscard]] static time_point now() noexcept {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return time_point(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
  }
};

}  // namespace command_center::daemon::runtime
