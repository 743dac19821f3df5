// Families with labels make their members as they are met.
#include "relay/consumer/metrics.hpp"

namespace command_center::relay::consumer {
namespace {

prometheus::Labels labels_of(const std::string& subscription, const Partition& partition) {
  return {{"subscription", subscription},
          {"topic", partition.first},
          {"partition", std::to_string(partition.second)}};
}

}  // namespace

Metrics::Metrics(prometheus::Registry& registry)
    : messages_(prometheus::BuildCounter()
                    .Name("command_center_consumer_messages_total")
                    .Help("Messages of a subscription, by what became of them.")
                    .Register(registry)),
      dead_letters_(prometheus::BuildCounter()
                        .Name("command_center_dead_letters_total")
                        .Help("Messages that a subscription could not apply.")
                        .Register(registry)),
      failures_(prometheus::BuildCounter()
                    .Name("command_center_consumer_failures_total")
                    .Help("Times that applying was interrupted and tried again, by reason.")
                    .Register(registry)),
      lag_messages_(prometheus::BuildGauge()
                        .Name("command_center_consumer_lag_messages")
                        .Help("Offsets between what was applied and the end of the partition.")
                        .Register(registry)),
      lag_seconds_(prometheus::BuildGauge()
                       .Name("command_center_consumer_lag_seconds")
                       .Help("Age of the oldest message that waits to be applied.")
                       .Register(registry)) {}

void Metrics::add(const std::string& subscription, const Outcome& outcome) {
  const auto count = [&](const char* name, std::int64_t messages) {
    if (messages > 0)
      messages_.Add({{"subscription", subscription}, {"outcome", name}})
          .Increment(static_cast<double>(messages));
  };
  count("applied", outcome.handled);
  count("filtered", outcome.filtered);
  count("dead_letter", outcome.dead_letters);
  if (outcome.status == Outcome::Status::kFailed) count("failed", 1);
  // There from the first batch on, so that an alert has something to compare with.
  dead_letters_.Add({{"subscription", subscription}}).Increment(static_cast<double>(outcome.dead_letters));
}

void Metrics::add_failure(const std::string& subscription, std::string_view reason) {
  failures_.Add({{"subscription", subscription}, {"reason", std::string(reason)}}).Increment();
}

void Metrics::set_lag(const std::string& subscription, const Partition& partition, std::int64_t messages) {
  lag_messages_.Add(labels_of(subscription, partition)).Set(static_cast<double>(messages));
}

void Metrics::set_lag_seconds(const std::string& subscription, double seconds) {
  lag_seconds_.Add({{"subscription", subscription}}).Set(seconds);
}

void Metrics::forget(const std::string& subscription, const Partition& partition) {
  lag_messages_.Remove(&lag_messages_.Add(labels_of(subscription, partition)));
}

void Metrics::forget(const std::string& subscription) {
  lag_seconds_.Remove(&lag_seconds_.Add({{"subscription", subscription}}));
}

}  // namespace command_center::relay::consumer
