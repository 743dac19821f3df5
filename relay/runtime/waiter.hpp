// Every wait of the main thread: ends early when the relay is asked to stop, and shows that the thread is
// alive.
#pragma once

#include <atomic>
#include <chrono>

namespace command_center::relay::runtime {

using Clock = std::chrono::steady_clock;

enum class WaitEnd { kReady, kTimeout, kStopping };

// There is one Waiter in a process, since signals are the process's. The main thread waits; other threads may
// read last_beat().
class Waiter {
 public:
  // SIGTERM and SIGINT ask to stop: the first lets work drain for at most `drain_limit`, the second ends the
  // process at once with status 128 + signal. Safe at any point: Kafka aborts an open transaction, the
  // database keeps its batch.
  explicit Waiter(std::chrono::milliseconds drain_limit);
  ~Waiter();
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  [[nodiscard]] bool stopping() const noexcept;
  // True when the relay was asked to stop longer ago than it may drain.
  [[nodiscard]] bool drain_expired() const noexcept;

  // Waits for the time to pass; kStopping as soon as the relay is asked to stop.
  WaitEnd wait(std::chrono::milliseconds time);

  // Waits until `fd` is ready for `events` (poll's). A request to stop does not end it, the end of the drain
  // does.
  WaitEnd wait_for_fd(int fd, short events, std::chrono::milliseconds time);

  // To be called at least every few seconds by whatever waits in another way.
  void beat() noexcept;
  [[nodiscard]] Clock::time_point last_beat() const noexcept;

 private:
  std::chrono::milliseconds drain_limit_;
  std::atomic<Clock::rep> last_beat_{0};
};

}  // namespace command_center::relay::runtime
