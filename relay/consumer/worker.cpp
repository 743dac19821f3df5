// What is under way when a stop comes is one transaction: it ends, or is rolled back.
#include "relay/consumer/worker.hpp"

#include "daemon/failure.hpp"
#include "relay/consumer/session.hpp"

namespace command_center::relay::consumer {

Worker::Worker(const runtime::StopSignal& stop, const settings::Settings& settings, Metrics& metrics,
               const Definition& definition)
    : Role(stop, {"consumer", "consuming", stop.drain_limit()}),
      settings_(settings),
      metrics_(metrics),
      definition_(definition) {}

void Worker::run_session() {
  health().set(admin::State::kStarting);
  Session session({settings_, waiter(), health(), metrics_, definition_});
  session.run();
}

void Worker::count_failure(const Failure& failure) {
  metrics_.add_failure(definition_.get().name, reason_of(failure.kind()));
}

}  // namespace command_center::relay::consumer
