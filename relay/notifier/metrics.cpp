// Those that an alert compares are there from the start.
#include "relay/notifier/metrics.hpp"

#include <string>

namespace command_center::relay::notifier {
namespace {

using inventory::Channel;

prometheus::Histogram::BucketBoundaries lag_seconds() {
  return {0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21'600, 86'400};
}

std::string text_of(Channel channel) {
  return std::string(inventory::name_of(channel));
}

std::string text_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kProcessed:
      return "processed";
    case Outcome::kSkipped:
      return "skipped";
    case Outcome::kFailed:
      break;
  }
  return "failed";
}

}  // namespace

Metrics::Metrics(prometheus::Registry& registry)
    : events_(prometheus::BuildCounter()
                  .Name("availability_guard_notification_events_total")
                  .Help("Events of manual releases, by what became of them.")
                  .Register(registry)),
      deliveries_(prometheus::BuildCounter()
                      .Name("availability_guard_notification_channel_deliveries_total")
                      .Help("Notifications of a channel, by what became of them.")
                      .Register(registry)),
      failed_calls_(prometheus::BuildCounter()
                        .Name("availability_guard_notification_failed_calls_total")
                        .Help("Calls of a channel's webhook that failed.")
                        .Register(registry)),
      failures_(prometheus::BuildCounter()
                    .Name("availability_guard_notification_failures_total")
                    .Help("Times that notifying was interrupted and started over, by reason.")
                    .Register(registry)),
      lag_(prometheus::BuildHistogram()
               .Name("availability_guard_notification_delivery_lag_seconds")
               .Help("From a manual release to its delivery to a channel.")
               .Register(registry)
               .Add({}, lag_seconds())),
      under_way_(prometheus::BuildGauge()
                     .Name("availability_guard_notification_events_under_way")
                     .Help("Events that are not settled on every channel yet.")
                     .Register(registry)
                     .Add({})) {
  for (const Outcome outcome : {Outcome::kProcessed, Outcome::kSkipped, Outcome::kFailed})
    events_.Add({{"outcome", text_of(outcome)}});
}

void Metrics::add_event(Outcome outcome) {
  events_.Add({{"outcome", text_of(outcome)}}).Increment();
}

void Metrics::add_delivery(Channel channel, std::string_view status) {
  deliveries_.Add({{"channel", text_of(channel)}, {"status", std::string(status)}}).Increment();
}

void Metrics::add_failed_call(Channel channel) {
  failed_calls_.Add({{"channel", text_of(channel)}}).Increment();
}

void Metrics::observe_lag(std::chrono::duration<double> lag) {
  lag_.Observe(lag.count());
}

void Metrics::set_under_way(std::size_t events) {
  under_way_.Set(static_cast<double>(events));
}

void Metrics::add_failure(std::string_view reason) {
  failures_.Add({{"reason", std::string(reason)}}).Increment();
}

}  // namespace command_center::relay::notifier
