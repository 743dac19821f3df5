// How long to pause when there is nothing to publish: short after work, longer while nothing comes.
#pragma once

#include <algorithm>
#include <chrono>

namespace command_center::relay::publisher {

class IdlePause {
 public:
  IdlePause(std::chrono::milliseconds shortest, std::chrono::milliseconds longest)
      : shortest_(shortest), longest_(longest), current_(shortest) {}

  // Doubles from the shortest up to the longest.
  [[nodiscard]] std::chrono::milliseconds next() {
    const auto pause = current_;
    current_ = std::min(current_ * 2, longest_);
    return pause;
  }
  void reset() { current_ = shortest_; }

 private:
  std::chrono::milliseconds shortest_;
  std::chrono::milliseconds longest_;
  std::chrono::milliseconds current_;
};

}  // namespace command_center::relay::publisher
