// In a relay of all roles, a database without the Availability Guard has nobody to tell of anything.
#include "relay/notifier/notifier.hpp"

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "daemon/postgres/connection.hpp"
#include "relay/notifier/deliveries.hpp"
#include "relay/notifier/session.hpp"

namespace command_center::relay::notifier {
namespace {

constexpr std::chrono::seconds kLookForGuard{30};

}  // namespace

Notifier::Notifier(const runtime::StopSignal& stop, const settings::Settings& settings,
                   prometheus::Registry& registry, WithoutGuard without_guard)
    : Role(stop, {"notifier", "notifying", stop.drain_limit()}),
      settings_(settings),
      without_guard_(without_guard),
      metrics_(registry) {
  if (settings.notify.is_dry_run) return;
  for (const inventory::Channel channel : inventory::kChannels) {
    const settings::Webhook& webhook = settings.notify.of(channel);
    if (!webhook.is_enabled) continue;
    couriers_.of[static_cast<std::size_t>(channel)] = std::make_unique<Courier>(
        [receiver = Webhook(webhook, settings.notify)](const std::string& id, const std::string& body,
                                                       const std::function<bool()>& is_over) {
          return receiver.post(id, body, is_over);
        });
  }
}

void Notifier::run_session() {
  while (!finds_guard()) {
    if (waiter().wait(kLookForGuard) == runtime::WaitEnd::kStopping) return;
  }
  health().set(admin::State::kStarting);
  Session session({settings_, waiter(), health(), metrics_, couriers_});
  session.run();
}

bool Notifier::finds_guard() {
  postgres::Connection connection(settings_.common.postgres, waiter());
  if (Deliveries(connection).has_guard()) return true;
  if (without_guard_ == WithoutGuard::kFails) {
    throw Failure(FailureKind::kPostgres, sqlstate::kWrongState,
                  "the database has no extension availability_guard, which writes down who was told", {},
                  "CREATE EXTENSION availability_guard CASCADE, and call availability_guard.setup().");
  }
  if (!told_of_no_guard_) logging::info("has nobody to notify: there is no extension availability_guard");
  told_of_no_guard_ = true;
  health().set(admin::State::kStandby);
  health().note_progress();
  return false;
}

void Notifier::end_session() noexcept {
  metrics_.set_under_way(0);
}

void Notifier::count_failure(const Failure& failure) {
  metrics_.add_failure(reason_of(failure.kind()));
}

}  // namespace command_center::relay::notifier
