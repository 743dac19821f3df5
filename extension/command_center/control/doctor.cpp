// doctor() of the Command Center covers every extension of ours.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/extension.hpp"
#include "extension/server/doctor/examine.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Datum doctor(FunctionCallInfo fcinfo) {
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  examine(kExtension, result);
  examine_others(kExtension, result);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_doctor);
}

Datum command_center_doctor(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::doctor(fcinfo); });
}
