// Lets a relay sleep until there is something to publish.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/shared_state/outbox_signal.hpp"
#include "extension/command_center/shared_state/shared_state.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

using namespace server;

// Longer would keep dead rows from being vacuumed: the statement holds a snapshot.
long timeout_argument(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, 0, "timeout");
  const Interval* timeout = PG_GETARG_INTERVAL_P(0);
  if (timeout->month != 0 || timeout->day != 0 || timeout->time < 0 || timeout->time > USECS_PER_SEC)
    refuse("22023", "timeout must be between 0 and 1 second");
  return static_cast<long>(timeout->time / 1000);
}

Datum wait_for_outbox(FunctionCallInfo fcinfo) {
  const long timeout_ms = timeout_argument(fcinfo);
  if (shared_state() == nullptr) {
    refuse("KC015", "waiting for the outbox needs shared memory, and this server has none of ours", nullptr,
           kSharedStateHint);
  }
  const std::uint64_t commits =
      PG_ARGISNULL(1) ? outbox_commits()
                      : await_outbox_commit(static_cast<std::uint64_t>(PG_GETARG_INT64(1)), timeout_ms);
  return Int64GetDatum(static_cast<std::int64_t>(commits));
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_wait_for_outbox);
}

Datum command_center_wait_for_outbox(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::wait_for_outbox(fcinfo); });
}
