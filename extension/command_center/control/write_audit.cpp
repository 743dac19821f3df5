// Lets functions that are not written in C write the audit.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/arguments.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/spi.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kAction, kObject, kBefore, kAfter };

Datum write_audit(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kAction, "action");
  require_argument(fcinfo, kObject, "object");
  const OwnerSession session = open_session();
  audit(text_to_cstring(PG_GETARG_TEXT_PP(kAction)), text_to_cstring(PG_GETARG_TEXT_PP(kObject)),
        PG_ARGISNULL(kBefore) ? Datum{0} : PG_GETARG_DATUM(kBefore),
        PG_ARGISNULL(kAfter) ? Datum{0} : PG_GETARG_DATUM(kAfter));
  close_session(session);
  PG_RETURN_VOID();
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_write_audit);
}

Datum command_center_write_audit(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::write_audit(fcinfo); });
}
