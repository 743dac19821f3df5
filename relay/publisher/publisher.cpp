// The holder of the lease is the process, so that a session that failed gets its lease back at once.
#include "relay/publisher/publisher.hpp"

#include "relay/daemon.hpp"
#include "relay/leases/lease.hpp"
#include "relay/publisher/session.hpp"

namespace command_center::relay::publisher {

Publisher::Publisher(const runtime::StopSignal& stop, const settings::Settings& settings,
                     prometheus::Registry& registry)
    : Role(stop, {"publisher", "publishing", settings.common.drain_limit}),
      settings_(settings),
      metrics_(registry),
      holder_(leases::make_holder()) {}

void Publisher::run_session() {
  Session({settings_, waiter(), health(), metrics_, holder_}).run();
}

void Publisher::count_failure(const Failure& failure) {
  metrics_.add_failure(reason_of(failure.kind()));
}

void Publisher::end_session() noexcept {
  metrics_.set_leader(0);
}

}  // namespace command_center::relay::publisher
