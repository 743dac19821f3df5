// When the next batch starts, and how many messages it may hold.
#pragma once

#include <algorithm>
#include <chrono>

#include "daemon/runtime/clock.hpp"

namespace command_center::relay::publisher {

// Every batch costs the database and Kafka the same whatever it holds, so a batch waits for company: for a
// few milliseconds after the last one started. Under a backlog none waits, and a batch holds what is
// published in half a second to two: large ones cost less a message, and small ones say sooner how far the
// publisher is.
class Pace {
 public:
  using Clock = daemon::runtime::Clock;

  static constexpr std::chrono::milliseconds kBetweenStarts{6};

  // `most`: messages of a batch.
  explicit Pace(int most) : most_(most), messages_(most) {}

  // How long the next batch has to wait.
  [[nodiscard]] std::chrono::milliseconds pause(Clock::time_point now) const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_ - now);
    return std::max(left, std::chrono::milliseconds(0));
  }
  [[nodiscard]] int messages() const { return messages_; }

  // A batch was published; `is_full`: there are more behind it.
  void note_batch(Clock::time_point started, Clock::time_point ended, bool is_full) {
    next_ = is_full ? ended : started + kBetweenStarts;
    if (ended - started > kLong) messages_ = std::max(messages_ / 2, std::min(kFewest, most_));
    if (is_full && ended - started < kShort) messages_ = std::min(messages_ * 2, most_);
  }

 private:
  static constexpr std::chrono::milliseconds kShort{500};
  static constexpr std::chrono::milliseconds kLong{2000};
  static constexpr int kFewest = 100;

  int most_;
  int messages_;
  Clock::time_point next_{};
};

}  // namespace command_center::relay::publisher
