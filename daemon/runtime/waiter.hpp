// Every wait of a thread: ends early when the daemon is asked to stop, and shows that the thread is alive.
#pragma once

#include <atomic>
#include <chrono>

#include "daemon/runtime/clock.hpp"
#include "daemon/runtime/stop_signal.hpp"

namespace command_center::daemon::runtime {

enum class WaitEnd { kReady, kTimeout, kStopping };
// What a wait for something that is under way does when stopping is asked for.
enum class OnStop { kDrain, kEnd };

// One for each thread, which waits; other threads may read last_beat().
class Waiter {
 public:
  // `drain_limit`: how long this thread may go on with what is under way once stopping is asked for.
  Waiter(const StopSignal& stop, std::chrono::milliseconds drain_limit);
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  [[nodiscard]] bool stopping() const noexcept { return stop_.asked(); }
  // True when there is no time left to drain.
  [[nodiscard]] bool drain_expired() const noexcept { return stop_.asked_longer_ago_than(drain_limit_); }

  // Waits for the time to pass; kStopping as soon as stopping is asked for.
  WaitEnd wait(std::chrono::milliseconds time);

  // Waits until `fd` is ready for `events` (poll's). A request to stop ends it at once with kEnd, and after
  // the drain otherwise.
  WaitEnd wait_for_fd(int fd, short events, std::chrono::milliseconds time, OnStop on_stop = OnStop::kDrain);

  // To be called at least every few seconds by whatever waits in another way.
  void beat() noexcept;
  [[nodiscard]] Clock::time_point last_beat() const noexcept;

 private:
  const StopSignal& stop_;
  std::chrono::milliseconds drain_limit_;
  std::atomic<Clock::rep> last_beat_{0};
};

}  // namespace command_center::daemon::runtime
