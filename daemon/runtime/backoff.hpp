// How long to wait before trying again: exponential, jittered, so that many relays do not come back at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace command_center::daemon::runtime {

// Between half and all of first, 2 × first, 4 × first … up to `most`, for the random numbers of `Random` (as
// of <random>).
template <typename Random>
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds most, Random random)
      : first_(first), most_(most), current_(first), random_(random) {}

  [[nodiscard]] std::chrono::milliseconds next() {
    const std::int64_t whole = current_.count();
    current_ = std::min(current_ * 2, most_);
    return std::chrono::milliseconds(
        std::uniform_int_distribution<std::int64_t>(whole - whole / 2, whole)(random_));
  }
  void reset() { current_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds most_;
  std::chrono::milliseconds current_;
  Random random_;
};

}  // namespace command_center::daemon::runtime
