// Lets one setup() of an extension work at a time.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/locks/own_lock.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// Under REPEATABLE READ what the other one has made would not be seen.
Datum lock_for_setup(FunctionCallInfo fcinfo) {
  const OwnLock lock = named_lock(LockKind::kSetup, text_argument(fcinfo, 0));
  if (IsolationUsesXactSnapshot() && !try_lock(lock, LockMode::kExclusive)) {
    refuse("40001", "could not serialize access: setup() is at work in another transaction", nullptr,
           "Run the transaction again, best under READ COMMITTED.");
  }
  take_lock(lock, LockMode::kExclusive, "setup()");
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_lock_for_setup);
}

Datum command_center_lock_for_setup(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::lock_for_setup(fcinfo); });
}
