// Takes spans that have ended and sends them together: bounded, on a thread of its own, and never in
// anybody's way.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "daemon/runtime/clock.hpp"
#include "daemon/spans/collector.hpp"
#include "daemon/spans/record.hpp"
#include "daemon/spans/settings.hpp"

namespace command_center::daemon::spans {

class Exporter {
 public:
  // Starts its thread. Borrows the registry.
  Exporter(const Settings& settings, Post post, prometheus::Registry& registry);
  // As close() with nothing left to wait for.
  ~Exporter();
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;

  // Safe from every thread, and never waits for the collector: where the queue is full, the span is dropped
  // and counted.
  void add(Record&& record) noexcept;

  // Sends what waits, for as long as `limit`; what is left then is dropped and counted. Nothing is taken any
  // more.
  void close(std::chrono::milliseconds limit) noexcept;

  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }

 private:
  void work() noexcept;
  [[nodiscard]] bool await_spans(std::deque<Record>& batch);
  void send(std::deque<Record>& batch);
  [[nodiscard]] Delivery try_to_send(const std::string& body);
  void pause(std::chrono::milliseconds time);
  [[nodiscard]] bool is_over() const noexcept;
  void note(const Delivery& delivery);

  const Settings settings_;
  const Post post_;
  prometheus::Counter& exported_;
  prometheus::Family<prometheus::Counter>& dropped_;
  prometheus::Counter& dropped_queue_full_;
  prometheus::Counter& dropped_not_taken_;
  prometheus::Counter& dropped_refused_;
  prometheus::Counter& dropped_stopped_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Record> queue_;  // guarded by mutex_
  bool closing_ = false;      // guarded by mutex_
  std::atomic<runtime::Clock::rep> over_at_;
  bool was_taken_ = true;  // of the exporter's thread
  std::thread thread_;
};

}  // namespace command_center::daemon::spans
