// A call may take long, and the next relay makes it, too: a stop does not wait for it.
#include "relay/maintenance/maintenance.hpp"

#include <utility>

#include "daemon/logging/log.hpp"
#include "daemon/postgres/connection.hpp"
#include "relay/daemon.hpp"

namespace command_center::relay::maintenance {
namespace {

constexpr std::chrono::hours kInterval{1};
constexpr std::chrono::minutes kTidyInterval{1};
constexpr std::chrono::seconds kLimit{1800};
// As long as a call takes, and what comes in between.
constexpr std::chrono::hours kPatience{1};
constexpr const char* kUndefinedFunction = "42883";
constexpr std::chrono::milliseconds kNoDrain{0};
constexpr std::chrono::seconds kShortestPause{1};
constexpr std::chrono::minutes kLongestPause{5};

}  // namespace

Maintenance::Maintenance(const runtime::StopSignal& stop, postgres::Server server)
    : Role(stop, {"maintenance", "maintenance", kNoDrain, kPatience, kShortestPause, kLongestPause}),
      server_(std::move(server)) {}

void Maintenance::run_session() {
  while (!waiter().stopping()) {
    work();
    health().set(admin::State::kWorking);
    health().note_progress();
    waiter().wait(kTidyInterval);
  }
}

void Maintenance::work() {
  postgres::Connection connection(server_, waiter());
  if (runtime::Clock::now() >= due_) {
    connection.transaction("SELECT command_center.maintain()", kLimit);
    due_ = runtime::Clock::now() + kInterval;
    logging::info("maintained the database");
  }
  // Each time a part, so that nobody waits for the whole.
  try {
    while (!waiter().stopping() && connection.transaction("SELECT command_center.tidy()").text(0, 0) != "0") {
    }
  } catch (const Failure& failure) {
    // An extension before 0.5.0 has no tidy(), and nothing that needs it.
    if (failure.sqlstate() != kUndefinedFunction) throw;
  }
}

}  // namespace command_center::relay::maintenance
