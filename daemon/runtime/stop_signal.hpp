// The one request to stop that all threads of the daemon see, made by a signal or by the daemon itself.
#pragma once

#include <chrono>

namespace command_center::daemon::runtime {

// There is one in a process, since signals are the process's. Safe to use from several threads.
class StopSignal {
 public:
  // SIGTERM and SIGINT ask to stop: the first lets work drain for at most `drain_limit`, the second ends the
  // process at once with status 128 + signal. Safe at any point: Kafka aborts an open transaction, the
  // database keeps its batch.
  explicit StopSignal(std::chrono::milliseconds drain_limit);
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  // As SIGTERM does, but a signal that comes later is still the first one.
  void ask() noexcept;

  [[nodiscard]] bool asked() const noexcept;
  // True when stopping was asked for longer ago than `limit`.
  [[nodiscard]] bool asked_longer_ago_than(std::chrono::milliseconds limit) const noexcept;

  [[nodiscard]] std::chrono::milliseconds drain_limit() const noexcept { return drain_limit_; }
  [[nodiscard]] bool drain_expired() const noexcept { return asked_longer_ago_than(drain_limit_); }

  // Readable (poll's) from the request on.
  [[nodiscard]] int fd() const noexcept;

 private:
  std::chrono::milliseconds drain_limit_;
};

}  // namespace command_center::daemon::runtime
