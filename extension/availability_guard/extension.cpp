// The days of the guard and what its doctor() asks, for its own functions and for those of the Command
// Center.
#include "extension/availability_guard/extension.hpp"

#include <iterator>

#include "extension/availability_guard/commands/lock_set.hpp"
#include "extension/availability_guard/locks/sweep.hpp"
#include "extension/availability_guard/tables.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/declared_events.hpp"
#include "extension/server/days/keeping.hpp"
#include "extension/server/doctor/examine.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

constexpr int kSecondsKept = 90 * 86'400;
constexpr int kDeliveriesKept = 30 * 86'400;
constexpr int kLockTimeout = 1000;
constexpr int kEndedAtOnce = 1000;  // the relay ends the rest, by tidy()

int maintain() {
  PreventCommandIfReadOnly("maintain");
  constexpr KeptTable kTables[] = {
      {{"lock_events", PartitionedBy::kUuidV7}, kSecondsKept, nullptr, nullptr},
      {{"notification_deliveries", PartitionedBy::kUuidV7}, kDeliveriesKept, nullptr, nullptr}};
  const int made = keep_days(kInstallation, kTables, static_cast<int>(std::size(kTables)), kLockTimeout);
  (void)end_expired(kEndedAtOnce);
  return made;
}

constexpr Check kChecks[] = {
    {"no_overlap",
     "SELECT 'critical', 'inventory_locks lacks the constraint that keeps rooms from being held twice: no "
     "lock can be "
     "taken', 'ALTER TABLE availability_guard.inventory_locks ADD CONSTRAINT inventory_locks_no_overlap "
     "EXCLUDE USING "
     "gist (tenant_id WITH =, room_id WITH =, mode WITH =, stay WITH &&) WHERE (room_id IS NOT NULL); with "
     "the "
     "extension btree_gist'"
     " WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint"
     "  WHERE conrelid = pg_catalog.to_regclass('availability_guard.inventory_locks') AND contype = 'x'"
     "   AND NOT condeferrable AND pg_catalog.pg_get_constraintdef(oid) ="
     "    'EXCLUDE USING gist (tenant_id WITH =, room_id WITH =, mode WITH =, stay WITH &&)"
     " WHERE ((room_id IS NOT NULL))')"},
    {"expired_locks",
     "SELECT 'warning', pg_catalog.format('%s locks expired more than a day ago and are still there', "
     "pg_catalog.count(*)), 'The relay calls command_center.tidy() each minute, which ends them; "
     "availability_guard.end_expired() does the same.'"
     " FROM availability_guard.inventory_locks WHERE expires_at < pg_catalog.clock_timestamp() - interval '1 "
     "day'"
     " HAVING pg_catalog.count(*) > 0"},
    {"notifications",
     "SELECT 'warning', pg_catalog.format('%s notifications of manual releases were given up on the channel "
     "%s in the last day', pg_catalog.count(*), channel), 'Look at detail in notification_deliveries, and at "
     "the log of the relay that runs notify.'"
     " FROM availability_guard.notification_deliveries"
     " WHERE status = 'failed' AND recorded_at > pg_catalog.clock_timestamp() - interval '1 day'"
     " GROUP BY channel ORDER BY channel"},
    extension::kEventsAreDeclared};

Checks checks() noexcept {
  return {kChecks, static_cast<int>(std::size(kChecks))};
}

Datum doctor(FunctionCallInfo fcinfo) {
  InitMaterializedSRF(fcinfo, 0);
  examine(kExtension, reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo));
  return Datum{0};
}

}  // namespace

const Extension kExtension = {kInstallation, nullptr,     maintain,      checks,
                              table_shapes,  end_expired, &kCommandLocks};

}  // namespace command_center::guard

extern "C" {
PG_FUNCTION_INFO_V1(availability_guard_maintain);
PG_FUNCTION_INFO_V1(availability_guard_doctor);
}

Datum availability_guard_maintain(PG_FUNCTION_ARGS) {
  (void)fcinfo;
  return command_center::boundary::enter(
      [] { return Int32GetDatum(command_center::guard::kExtension.maintain()); });
}

Datum availability_guard_doctor(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::doctor(fcinfo); });
}
