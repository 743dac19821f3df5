// What a publisher counts, under the names that dashboards know.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace command_center::relay::publisher {

// Borrows the registry.
class Metrics {
 public:
  explicit Metrics(prometheus::Registry& registry);

  void add_published(const std::string& topic, std::int64_t messages);
  void add_parked(std::int64_t messages);
  void set_held_topics(std::size_t topics);
  void add_failure(std::string_view reason);
  void observe_batch(std::chrono::duration<double> duration);
  void set_leader(std::int64_t leading);
  void set_last_success(std::chrono::system_clock::time_point when);

 private:
  prometheus::Family<prometheus::Counter>& published_;
  prometheus::Family<prometheus::Counter>& failures_;
  prometheus::Histogram& batch_duration_;
  prometheus::Counter& parked_;
  prometheus::Gauge& held_topics_;
  prometheus::Gauge& leader_;
  prometheus::Gauge& last_success_;
};

}  // namespace command_center::relay::publisher
