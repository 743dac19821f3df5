// A publisher has both numbers or none.
#include "relay/backlog/metrics.hpp"

namespace command_center::relay::backlog {

Metrics::Metrics(prometheus::Registry& registry)
    : pending_(prometheus::BuildGauge()
                   .Name("command_center_outbox_pending_messages")
                   .Help("Messages that wait to be published; above 10,000 an estimate.")
                   .Register(registry)),
      oldest_age_(prometheus::BuildGauge()
                      .Name("command_center_outbox_oldest_pending_age_seconds")
                      .Help("Age of the oldest message that waits to be published; 0: none waits.")
                      .Register(registry)) {}

void Metrics::show(const std::vector<Waiting>& all) {
  for (const std::string& publisher : shown_) {
    pending_.Remove(&pending_.Add({{"publisher", publisher}}));
    oldest_age_.Remove(&oldest_age_.Add({{"publisher", publisher}}));
  }
  shown_.clear();
  for (const Waiting& one : all) {
    pending_.Add({{"publisher", one.publisher}}).Set(one.messages);
    oldest_age_.Add({{"publisher", one.publisher}}).Set(one.oldest_age.value_or(0));
    shown_.push_back(one.publisher);
  }
}

}  // namespace command_center::relay::backlog
