// What consumers count, under the names that dashboards know.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "relay/consumer/inbox.hpp"

namespace command_center::relay::consumer {

// Borrows the registry. Safe to use from several threads.
class Metrics {
 public:
  explicit Metrics(prometheus::Registry& registry);

  void add(const std::string& subscription, const Outcome& outcome);
  void add_failure(const std::string& subscription, std::string_view reason);
  void set_lag(const std::string& subscription, const Partition& partition, std::int64_t messages);
  void set_lag_seconds(const std::string& subscription, double seconds);
  // Of a partition that another relay has now.
  void forget(const std::string& subscription, const Partition& partition);
  // Of a subscription that this relay does not consume now.
  void forget(const std::string& subscription);

 private:
  prometheus::Family<prometheus::Counter>& messages_;
  prometheus::Family<prometheus::Counter>& dead_letters_;
  prometheus::Family<prometheus::Counter>& failures_;
  prometheus::Family<prometheus::Gauge>& lag_messages_;
  prometheus::Family<prometheus::Gauge>& lag_seconds_;
};

}  // namespace command_center::relay::consumer
