// What one role is doing, as an orchestrator asks it.
#pragma once

#include <atomic>
#include <chrono>
#include <string_view>

#include "daemon/runtime/clock.hpp"
#include "daemon/runtime/waiter.hpp"

namespace command_center::daemon::admin {

// From worst to best: of several roles the first tells how the daemon is.
enum class State { kStopped, kDraining, kConnecting, kStarting, kStandby, kLeading, kWorking };

[[nodiscard]] constexpr std::string_view name_of(State state) {
  switch (state) {
    case State::kStopped:
      return "stopped";
    case State::kDraining:
      return "draining";
    case State::kConnecting:
      return "connecting";
    case State::kStarting:
      return "starting";
    case State::kStandby:
      return "standby";
    case State::kLeading:
      return "leading";
    case State::kWorking:
      return "working";
  }
  return "unknown";
}

// Does its work or stands by to do it.
[[nodiscard]] constexpr bool is_ready(State state) {
  return state == State::kStandby || state == State::kLeading || state == State::kWorking;
}

// The role's thread writes, the admin thread reads.
class Health {
 public:
  explicit Health(const runtime::Waiter& waiter) : waiter_(waiter) {}

  void set(State state) noexcept { state_.store(state); }
  [[nodiscard]] State state() const noexcept { return state_.load(); }

  // Work was done, or there was none to do: what was broken before is not any more.
  void note_progress() noexcept { last_progress_.store(runtime::Clock::now().time_since_epoch().count()); }
  // The epoch of the clock before the first progress.
  [[nodiscard]] runtime::Clock::time_point last_progress() const noexcept {
    return runtime::Clock::time_point(runtime::Clock::duration(last_progress_.load()));
  }

  // False when the role's thread has not shown itself for so long that it must be stuck.
  [[nodiscard]] bool is_alive() const noexcept {
    constexpr std::chrono::seconds kSilenceLimit{120};
    return state() == State::kStopped || runtime::Clock::now() - waiter_.last_beat() < kSilenceLimit;
  }

 private:
  const runtime::Waiter& waiter_;
  std::atomic<State> state_{State::kConnecting};
  std::atomic<runtime::Clock::rep> last_progress_{0};
};

}  // namespace command_center::daemon::admin
