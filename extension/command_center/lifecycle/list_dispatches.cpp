// Lists the dispatches of a tenant, a page at a time.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/catalogue/unknown_names.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/lifecycle/selection.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int {
  kTenantId,
  kCommandName,
  kTargetService,
  kStatus,
  kCorrelationId,
  kReceivedFrom,
  kReceivedBefore,
  kPageAfter,
  kPageSize
};

constexpr int kMaxPageSize = 1000;

Selection read_selection(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kTenantId, "tenant_id");
  require_argument(fcinfo, kPageSize, "page_size");
  Selection selection = {};
  selection.tenant_id = uuid_argument(fcinfo, kTenantId);
  selection.command_name = text_argument(fcinfo, kCommandName);
  selection.target_service = text_argument(fcinfo, kTargetService);
  selection.correlation_id = text_argument(fcinfo, kCorrelationId);
  if (!PG_ARGISNULL(kStatus)) {
    selection.status = text_argument(fcinfo, kStatus);
    check_status_of_dispatch(selection.status);
  }
  selection.has_received_from = !PG_ARGISNULL(kReceivedFrom);
  if (selection.has_received_from) selection.received_from = PG_GETARG_TIMESTAMPTZ(kReceivedFrom);
  selection.has_received_before = !PG_ARGISNULL(kReceivedBefore);
  if (selection.has_received_before) selection.received_before = PG_GETARG_TIMESTAMPTZ(kReceivedBefore);
  selection.has_cursor = !PG_ARGISNULL(kPageAfter);
  if (selection.has_cursor) selection.cursor = uuid_argument(fcinfo, kPageAfter);
  selection.limit = PG_GETARG_INT32(kPageSize);
  if (selection.limit < 1 || selection.limit > kMaxPageSize) {
    refuse("22023", "page_size must be between 1 and 1000");
  }
  return selection;
}

Datum list_dispatches(FunctionCallInfo fcinfo) {
  const Selection selection = read_selection(fcinfo);
  check_tenant(selection.tenant_id);
  InitMaterializedSRF(fcinfo, 0);
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const OwnerSession session = open_session(kInstallation);
  tell_of_unknown_names(selection.command_name, selection.target_service);
  (void)select_dispatches(selection, Order::kNewestFirst);
  put_rows(result);
  close_session(session);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_list_dispatches);
}

Datum command_center_list_dispatches(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::list_dispatches(fcinfo); });
}
