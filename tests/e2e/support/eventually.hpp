// Waits for a condition with a deadline, so that no test sleeps for a fixed time.
#pragma once

#include <poll.h>

#include <chrono>

namespace command_center::e2e {

inline constexpr std::chrono::seconds kPatience{60};

// True as soon as `condition` answers true; false when it did not within `patience`.
template <typename Condition>
[[nodiscard]] bool eventually(Condition&& condition, std::chrono::milliseconds patience = kPatience) {
  constexpr int kLookEveryMs = 10;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    poll(nullptr, 0, kLookEveryMs);
  }
  return true;
}

}  // namespace command_center::e2e
