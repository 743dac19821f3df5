// How many messages the partitions that share a transaction get at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "daemon/runtime/clock.hpp"

namespace command_center::relay::consumer {

// So many as are applied in half of the time that a turn may take: a turn that takes longer is work for
// nothing, since it is taken back.
class TurnSize {
 public:
  // Of a statement in which several partitions wait for each other.
  static constexpr std::chrono::milliseconds kTurn{500};

  // `most`: of the subscription.
  explicit TurnSize(std::size_t most) : most_(most), messages_(most) {}

  [[nodiscard]] std::size_t messages() const { return messages_; }

  // A turn with so many messages took so long.
  void note(std::size_t messages, daemon::runtime::Clock::duration took) {
    if (took > kTurn / 2) messages_ = std::clamp<std::size_t>(messages / 2, 1, messages_);
    if (took < kTurn / 8 && messages >= messages_) messages_ = std::min(messages_ * 2, most_);
  }

 private:
  std::size_t most_;
  std::size_t messages_;
};

}  // namespace command_center::relay::consumer
