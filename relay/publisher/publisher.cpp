// The holder of the lease is the process, so that a session that failed gets its lease back at once.
#include "relay/publisher/publisher.hpp"

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "relay/daemon.hpp"
#include "relay/leases/lease.hpp"
#include "relay/publisher/recovery.hpp"
#include "relay/publisher/session.hpp"

namespace command_center::relay::publisher {

Publisher::Publisher(const runtime::StopSignal& stop, const settings::Settings& settings,
                     prometheus::Registry& registry)
    : Role(stop, {"publisher", "publishing", settings.common.drain_limit}),
      settings_(settings),
      metrics_(registry),
      holder_(leases::make_holder()) {}

void Publisher::run_session() {
  try {
    Session({settings_, waiter(), health(), metrics_, holder_}).run();
  } catch (const Failure& failure) {
    const bool may_read_back = settings_.publish.lost_commits == settings::LostCommits::kReadBack;
    if (failure.kind() != FailureKind::kDisagreement || !may_read_back) throw;
    logging::warning("kafka and the database disagree: looking whether commits were lost",
                     {{"message", failure.message()}, {"detail", failure.detail()}});
    health().set(admin::State::kStarting);
    (void)recover(settings_, waiter(), holder_, When::kAfterPromotion);
  }
}

void Publisher::count_failure(const Failure& failure) {
  metrics_.add_failure(reason_of(failure.kind()));
}

void Publisher::end_session() noexcept {
  metrics_.set_leader(0);
}

}  // namespace command_center::relay::publisher
