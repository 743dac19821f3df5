// What the notifier counts, under the names that the Availability Guard's dashboards know.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <chrono>
#include <string_view>

#include "extension/core/inventory/notification.hpp"

namespace command_center::relay::notifier {

enum class Outcome { kProcessed, kSkipped, kFailed };

// Borrows the registry.
class Metrics {
 public:
  explicit Metrics(prometheus::Registry& registry);

  void add_event(Outcome outcome);
  // `status`: as in notification_deliveries, or skipped where the channel is off.
  void add_delivery(inventory::Channel channel, std::string_view status);
  void add_failed_call(inventory::Channel channel);
  void observe_lag(std::chrono::duration<double> lag);
  void set_under_way(std::size_t events);
  void add_failure(std::string_view reason);

 private:
  prometheus::Family<prometheus::Counter>& events_;
  prometheus::Family<prometheus::Counter>& deliveries_;
  prometheus::Family<prometheus::Counter>& failed_calls_;
  prometheus::Family<prometheus::Counter>& failures_;
  prometheus::Histogram& lag_;
  prometheus::Gauge& under_way_;
};

}  // namespace command_center::relay::notifier
