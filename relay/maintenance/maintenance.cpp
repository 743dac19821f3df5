// A call may take long, and the next relay makes it, too: a stop does not wait for it.
#include "relay/maintenance/maintenance.hpp"

#include <utility>

#include "daemon/logging/log.hpp"
#include "daemon/postgres/connection.hpp"
#include "relay/daemon.hpp"

namespace command_center::relay::maintenance {
namespace {

constexpr std::chrono::hours kInterval{1};
constexpr std::chrono::seconds kLimit{1800};
// Once an hour, and as long as a call takes.
constexpr std::chrono::hours kPatience{2};
constexpr std::chrono::milliseconds kNoDrain{0};
constexpr std::chrono::seconds kShortestPause{1};
constexpr std::chrono::minutes kLongestPause{5};

}  // namespace

Maintenance::Maintenance(const runtime::StopSignal& stop, postgres::Server server)
    : Role(stop, {"maintenance", "maintenance", kNoDrain, kPatience, kShortestPause, kLongestPause}),
      server_(std::move(server)) {}

void Maintenance::run_session() {
  while (!waiter().stopping()) {
    postgres::Connection(server_, waiter()).transaction("SELECT command_center.maintain()", kLimit);
    logging::info("maintained the database");
    health().set(admin::State::kWorking);
    health().note_progress();
    waiter().wait(kInterval);
  }
}

}  // namespace command_center::relay::maintenance
