// Registers each metric once; families with labels make their members as they are met.
#include "relay/publisher/metrics.hpp"

namespace command_center::relay::publisher {
namespace {

prometheus::Histogram::BucketBoundaries batch_seconds() {
  return {0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60};
}

}  // namespace

Metrics::Metrics(prometheus::Registry& registry)
    : published_(prometheus::BuildCounter()
                     .Name("command_center_relay_published_total")
                     .Help("Messages published, by topic.")
                     .Register(registry)),
      failures_(prometheus::BuildCounter()
                    .Name("command_center_relay_publish_failures_total")
                    .Help("Times that publishing was interrupted and started over, by reason.")
                    .Register(registry)),
      batch_duration_(prometheus::BuildHistogram()
                          .Name("command_center_relay_batch_duration_seconds")
                          .Help("From reading a batch to its commit in Kafka.")
                          .Register(registry)
                          .Add({}, batch_seconds())),
      parked_(prometheus::BuildCounter()
                  .Name("command_center_relay_parked_total")
                  .Help("Messages that Kafka refused and that were put aside, without those behind them.")
                  .Register(registry)
                  .Add({})),
      held_topics_(prometheus::BuildGauge()
                       .Name("command_center_relay_held_topics")
                       .Help("Topics that take no messages now; what is for them is put aside.")
                       .Register(registry)
                       .Add({})),
      leader_(prometheus::BuildGauge()
                  .Name("command_center_relay_leader")
                  .Help("1 while this relay publishes, 0 while it stands by.")
                  .Register(registry)
                  .Add({})),
      last_success_(prometheus::BuildGauge()
                        .Name("command_center_relay_last_success_timestamp_seconds")
                        .Help("When a batch was published last; 0: never by this process.")
                        .Register(registry)
                        .Add({})) {}

void Metrics::add_published(const std::string& topic, std::int64_t messages) {
  published_.Add({{"topic", topic}}).Increment(static_cast<double>(messages));
}

void Metrics::add_parked(std::int64_t messages) {
  parked_.Increment(static_cast<double>(messages));
}

void Metrics::set_held_topics(std::size_t topics) {
  held_topics_.Set(static_cast<double>(topics));
}

void Metrics::add_failure(std::string_view reason) {
  failures_.Add({{"reason", std::string(reason)}}).Increment();
}

void Metrics::observe_batch(std::chrono::duration<double> duration) {
  batch_duration_.Observe(duration.count());
}

void Metrics::set_leader(std::int64_t leading) {
  leader_.Set(static_cast<double>(leading));
}

void Metrics::set_last_success(std::chrono::system_clock::time_point when) {
  last_success_.Set(std::chrono::duration<double>(when.time_since_epoch()).count());
}

}  // namespace command_center::relay::publisher
