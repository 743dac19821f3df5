// How long a relay that stands by waits before it asks for the lease again.
#pragma once

#include <algorithm>
#include <chrono>

namespace command_center::relay::leases {

inline constexpr std::chrono::milliseconds kShortestWait{50};
inline constexpr std::chrono::milliseconds kLongestWait{1000};

// `expires_in`: what is left of the lease. Its holder may give it back before.
[[nodiscard]] constexpr std::chrono::milliseconds wait_for_lease(std::chrono::milliseconds expires_in) {
  return std::clamp(expires_in, kShortestWait, kLongestWait);
}

}  // namespace command_center::relay::leases
