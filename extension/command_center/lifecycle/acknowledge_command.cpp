// Records what a service did with a command.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/lifecycle/acknowledge.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kTenantId, kCommandId, kStatus, kServiceId, kDetail };

void check_arguments(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kTenantId, "tenant_id");
  require_argument(fcinfo, kCommandId, "command_id");
  require_argument(fcinfo, kStatus, "status");
  require_argument(fcinfo, kServiceId, "service_id");
  check_service_id(text_argument(fcinfo, kServiceId));
  if (!lifecycle::parse_status(text_argument(fcinfo, kStatus))) {
    refuse("22023", "status must be consumed, completed, failed or ignored");
  }
}

Datum acknowledge_command(FunctionCallInfo fcinfo) {
  check_arguments(fcinfo);
  DispatchEvent report = {};
  report.tenant_id = uuid_argument(fcinfo, kTenantId);
  report.command_id = uuid_argument(fcinfo, kCommandId);
  report.kind = text_argument(fcinfo, kStatus);
  report.service_id = text_argument(fcinfo, kServiceId);
  if (!PG_ARGISNULL(kDetail)) {
    report.detail = JsonbPGetDatum(PG_GETARG_JSONB_P(kDetail));
    check_detail(report.detail);
  }
  const lifecycle::Status status = *lifecycle::parse_status(report.kind);
  check_tenant(report.tenant_id);
  const OwnerSession session = open_session(kInstallation);
  const Acknowledged outcome = acknowledge(report, status, session.identity.user);
  if (outcome == Acknowledged::kNoSuchDispatch) refuse_unknown_dispatch(report.command_id);
  close_session(session);
  return BoolGetDatum(outcome == Acknowledged::kRecorded);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_acknowledge_command);
}

Datum command_center_acknowledge_command(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::acknowledge_command(fcinfo); });
}
