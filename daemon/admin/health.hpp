// What one role is doing, as an orchestrator asks it.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string_view>
#include <utility>

#include "daemon/runtime/clock.hpp"
#include "daemon/runtime/waiter.hpp"

namespace command_center::daemon::admin {

// From worst to best: of several roles the first tells how the daemon is.
enum class State { kStopped, kDraining, kConnecting, kStarting, kStalled, kStandby, kLeading, kWorking };

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
    case State::kStalled:
      return "stalled";
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
  static constexpr std::chrono::seconds kSilenceLimit{120};

  // `patience`: how long the role may work without progress before it counts as stalled. `silence`: how long
  // its thread may not show itself before it counts as stuck.
  Health(const runtime::Waiter& waiter, std::chrono::seconds patience,
         std::chrono::seconds silence = kSilenceLimit)
      : waiter_(waiter), patience_(patience), silence_(silence) {
    note_progress();
  }

  // Standing by is progress: there is nothing to do then.
  void set(State state) noexcept {
    if (state == State::kStandby) note_progress();
    state_.store(state);
  }
  // What the role has set, unless it is asked to stop or has made no progress for too long.
  [[nodiscard]] State state() const noexcept;

  // Something may be under way.
  [[nodiscard]] bool is_at_work() const noexcept;

  // Work was done, or there was none to do: what was broken before is not any more.
  void note_progress() noexcept { last_progress_.store(runtime::Clock::now().time_since_epoch().count()); }
  // The beginning, before the first progress.
  [[nodiscard]] runtime::Clock::time_point last_progress() const noexcept {
    return runtime::Clock::time_point(runtime::Clock::duration(last_progress_.load()));
  }

  // Whether other threads of the role's are alive. To be set before anybody asks; is called by whoever does.
  void set_others(std::function<bool()> are_alive) { others_ = std::move(are_alive); }
  // False when the role's thread, or another one of it, has not shown itself for so long that it must be
  // stuck.
  [[nodiscard]] bool is_alive() const;

 private:
  const runtime::Waiter& waiter_;
  std::chrono::seconds patience_;
  std::chrono::seconds silence_;
  std::function<bool()> others_;
  std::atomic<State> state_{State::kConnecting};
  std::atomic<runtime::Clock::rep> last_progress_{0};
};

}  // namespace command_center::daemon::admin
