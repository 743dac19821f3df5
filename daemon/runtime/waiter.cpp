// Waits in short steps, each of which shows that the thread lives.
#include "daemon/runtime/waiter.hpp"

#include <poll.h>

#include <algorithm>
#include <array>

namespace command_center::daemon::runtime {
namespace {

constexpr std::chrono::milliseconds kBeatInterval{1000};

int step(Clock::duration left) {
  return static_cast<int>(
      std::min(std::chrono::ceil<std::chrono::milliseconds>(left), kBeatInterval).count());
}

}  // namespace

Waiter::Waiter(const StopSignal& stop, std::chrono::milliseconds drain_limit)
    : stop_(stop), drain_limit_(drain_limit) {
  beat();
}

WaitEnd Waiter::wait(std::chrono::milliseconds time) {
  const auto deadline = Clock::now() + time;
  while (true) {
    beat();
    if (stopping()) return WaitEnd::kStopping;
    const auto left = deadline - Clock::now();
    if (left.count() <= 0) return WaitEnd::kTimeout;
    pollfd wake{stop_.fd(), POLLIN, 0};
    poll(&wake, 1, step(left));
  }
}

WaitEnd Waiter::wait_for_fd(int fd, short events, std::chrono::milliseconds time, OnStop on_stop) {
  const auto deadline = Clock::now() + time;
  while (true) {
    beat();
    if (drain_expired() || (on_stop == OnStop::kEnd && stopping())) return WaitEnd::kStopping;
    const auto left = deadline - Clock::now();
    if (left.count() <= 0) return WaitEnd::kTimeout;
    // Once a stop is asked for, the wake-up stays readable and would make this loop spin.
    std::array<pollfd, 2> fds{{{fd, events, 0}, {stop_.fd(), POLLIN, 0}}};
    const nfds_t watched = stopping() ? 1 : 2;
    const int ready = poll(fds.data(), watched, step(left));
    if (ready > 0 && fds[0].revents != 0) return WaitEnd::kReady;
  }
}

void Waiter::beat() noexcept {
  last_beat_.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed);
}

Clock::time_point Waiter::last_beat() const noexcept {
  return Clock::time_point(Clock::duration(last_beat_.load(std::memory_order_relaxed)));
}

}  // namespace command_center::daemon::runtime
