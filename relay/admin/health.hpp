// What the relay is doing, as an orchestrator asks it.
#pragma once

#include <atomic>
#include <chrono>
#include <string_view>

#include "relay/runtime/waiter.hpp"

namespace command_center::relay::admin {

enum class State { kConnecting, kStandby, kStarting, kLeading, kDraining, kStopped };

[[nodiscard]] constexpr std::string_view name_of(State state) {
  switch (state) {
    case State::kConnecting:
      return "connecting";
    case State::kStandby:
      return "standby";
    case State::kStarting:
      return "starting";
    case State::kLeading:
      return "leading";
    case State::kDraining:
      return "draining";
    case State::kStopped:
      return "stopped";
  }
  return "unknown";
}

// The main thread sets the state, the admin thread reads.
class Health {
 public:
  explicit Health(const runtime::Waiter& waiter) : waiter_(waiter) {}

  void set(State state) noexcept { state_.store(state); }
  [[nodiscard]] State state() const noexcept { return state_.load(); }

  // Does its work or stands by to do it.
  [[nodiscard]] bool is_ready() const noexcept {
    const State now = state();
    return now == State::kLeading || now == State::kStandby;
  }

  // False when the main thread has not shown itself for so long that it must be stuck.
  [[nodiscard]] bool is_alive() const noexcept {
    constexpr std::chrono::seconds kSilenceLimit{120};
    return runtime::Clock::now() - waiter_.last_beat() < kSilenceLimit;
  }

 private:
  const runtime::Waiter& waiter_;
  std::atomic<State> state_{State::kConnecting};
};

}  // namespace command_center::relay::admin
