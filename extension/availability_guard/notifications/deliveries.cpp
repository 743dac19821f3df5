// settled_notifications and record_notification: what the relay that tells people of manual releases knows.
#include <algorithm>
#include <iterator>
#include <optional>

#include "extension/availability_guard/installation.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/core/inventory/notification.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

constexpr std::string_view kStatuses[] = {"delivered", "dry_run", "failed"};
constexpr std::size_t kMostDetail = 1000;

// By the day of the event alone: one partition is locked.
Statement select_settled = {kInstallation,
                            "SELECT channel, status FROM availability_guard.notification_deliveries"
                            " WHERE tenant_id = $1 AND event_id = $2 ORDER BY channel",
                            2,
                            {UUIDOID, UUIDOID},
                            Planning::kEachTime};

Statement insert_delivery = {
    kInstallation,
    "INSERT INTO availability_guard.notification_deliveries"
    " (tenant_id, event_id, channel, status, attempts, recipients, detail, recorded_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp()) ON CONFLICT DO NOTHING RETURNING true",
    7,
    {UUIDOID, UUIDOID, TEXTOID, TEXTOID, INT4OID, INT4OID, TEXTOID}};

bool is_channel(std::string_view name) noexcept {
  return std::any_of(inventory::kChannels.begin(), inventory::kChannels.end(),
                     [name](inventory::Channel channel) { return inventory::name_of(channel) == name; });
}

void check_delivery(FunctionCallInfo fcinfo) {
  constexpr const char* kNames[] = {"tenant_id", "event_id", "channel", "status", "attempts", "recipients"};
  for (int i = 0; i < static_cast<int>(std::size(kNames)); ++i) require_argument(fcinfo, i, kNames[i]);
  if (!is_channel(text_argument(fcinfo, 2))) refuse("22023", "channel must be email, sms or slack");
  if (std::find(std::begin(kStatuses), std::end(kStatuses), text_argument(fcinfo, 3)) == std::end(kStatuses))
    refuse("22023", "status must be delivered, dry_run or failed");
  if (PG_GETARG_INT32(4) < 0 || PG_GETARG_INT32(5) < 0)
    refuse("22023", "attempts and recipients must not be negative");
  if (text_argument(fcinfo, 6).size() > kMostDetail) refuse("22023", "detail must have at most 1000 bytes");
}

Datum settled_notifications(FunctionCallInfo fcinfo) {
  InitMaterializedSRF(fcinfo, 0);
  Parameters parameters;
  parameters.add_argument(fcinfo, 0);
  parameters.add_argument(fcinfo, 1);
  const OwnerSession session = open_session(kInstallation);
  (void)run_with_latest_snapshot(select_settled, parameters);
  put_rows(reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo));
  close_session(session);
  return Datum{0};
}

Datum record_notification(FunctionCallInfo fcinfo) {
  check_delivery(fcinfo);
  Parameters row;
  for (int i = 0; i < 7; ++i) row.add_argument(fcinfo, i);
  const OwnerSession session = open_session(kInstallation);
  const bool is_new = change_with_latest_snapshot(insert_delivery, row) > 0;
  close_session(session);
  PG_RETURN_BOOL(is_new);
}

}  // namespace
}  // namespace command_center::guard

extern "C" {
PG_FUNCTION_INFO_V1(availability_guard_settled_notifications);
PG_FUNCTION_INFO_V1(availability_guard_record_notification);
}

Datum availability_guard_settled_notifications(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::guard::settled_notifications(fcinfo); });
}

Datum availability_guard_record_notification(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::guard::record_notification(fcinfo); });
}
