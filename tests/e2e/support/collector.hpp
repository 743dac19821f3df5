// Stands for an OpenTelemetry collector: keeps the spans it is sent, or hurts who sends them.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/support/eventually.hpp"
#include "tests/support/loopback.hpp"

namespace command_center::e2e {

// What a span says, with ids as they were sent.
struct SeenSpan {
  std::string trace, id, parent, state, service, name;
  int kind = 0;
  bool is_error = false;
  std::vector<std::string> linked_traces;
  std::map<std::string, std::string> attributes;
};
using Spans = std::vector<SeenSpan>;

class Collector {
 public:
  enum class Manner { kTakes, kRefuses, kHangs };

  explicit Collector(Manner manner = Manner::kTakes);
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  // For the environment of a daemon: where it is, and to send spans soon.
  [[nodiscard]] std::vector<std::string> environment() const;

  // Requests so far, whatever became of them.
  [[nodiscard]] int requests() const { return requests_; }
  // Their headers and bodies, of those that were taken.
  [[nodiscard]] std::vector<std::string> heads();
  [[nodiscard]] std::vector<std::string> bodies();

  [[nodiscard]] Spans spans();
  // The first that is meant; one without a name when none comes in time.
  [[nodiscard]] SeenSpan await(const std::function<bool(const SeenSpan&)>& is_meant);

 private:
  void accept_clients();
  void serve(const loopback::Descriptor& client);

  const Manner manner_;
  const loopback::Listener listener_;
  std::atomic<int> requests_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::vector<std::string> heads_, bodies_;
  std::deque<loopback::Descriptor> clients_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace command_center::e2e
