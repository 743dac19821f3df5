// Looks up the status of services.
#include "extension/command_center/control/target_check.hpp"

#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement select_service = {
    kInstallation, "SELECT FROM command_center.services WHERE service_id = $1", 1, {TEXTOID}};

// In the form of command_center.finding.
Statement select_warnings = {
    kInstallation,
    "SELECT 'warning', 'default_target', '',"
    "  format('service \"%s\" is %s: it takes no commands until set_service(%L, status => ''healthy'')',"
    "   service_id, status, service_id)"
    " FROM command_center.services WHERE service_id = $1 AND status <> 'healthy'",
    1,
    {TEXTOID}};

}  // namespace

bool put_target_warnings(FunctionCallInfo fcinfo, Datum service) {
  Parameters parameters;
  parameters.add(service);
  if (run_with_latest_snapshot(select_service, parameters) == 0) return false;
  (void)run_with_latest_snapshot(select_warnings, parameters);
  put_rows(reinterpret_cast<const ReturnSetInfo*>(fcinfo->resultinfo));
  return true;
}

}  // namespace command_center::extension
