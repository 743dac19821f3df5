// lock_room, require_lock and check_room: one request, with its stay as dates, instants or text.
#include "extension/availability_guard/locks/request.hpp"
#include "extension/availability_guard/locks/take_locks.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

enum class Wish { kLock, kRequire, kCheck };

RequestArguments arguments_of(FunctionCallInfo fcinfo) {
  RequestArguments arguments = {};
  for (int i = 0; i < kRequestArguments; ++i) {
    arguments.values[i] = PG_GETARG_DATUM(i);
    arguments.nulls[i] = PG_ARGISNULL(i);
  }
  return arguments;
}

[[noreturn]] void refuse_conflict(const LockOutcome& outcome) {
  refuse("KC007", "what is wanted is held by another lock, or sold out",
         zero_terminated(jsonb_text(outcome.witness)));
}

const char* name_of(Wish wish) {
  return wish == Wish::kLock ? "lock_room" : "require_lock";
}

Datum lock_room(FunctionCallInfo fcinfo, StayForm form, Wish wish) {
  if (wish != Wish::kCheck) PreventCommandIfReadOnly(name_of(wish));
  LockRequest request = read_request(arguments_of(fcinfo), form);
  extension::check_tenant(request.tenant_id);
  const LockOutcome outcome = wish == Wish::kCheck ? judge_only(request) : take_lock_of(request);
  if (wish == Wish::kRequire && outcome.witness != 0) refuse_conflict(outcome);
  return outcome_row(fcinfo, outcome);
}

}  // namespace
}  // namespace command_center::guard

using command_center::boundary::enter;
using command_center::guard::StayForm;
using command_center::guard::Wish;

extern "C" {
PG_FUNCTION_INFO_V1(availability_guard_lock_room_by_date);
PG_FUNCTION_INFO_V1(availability_guard_lock_room_by_instant);
PG_FUNCTION_INFO_V1(availability_guard_lock_room_by_text);
PG_FUNCTION_INFO_V1(availability_guard_require_lock_by_date);
PG_FUNCTION_INFO_V1(availability_guard_require_lock_by_instant);
PG_FUNCTION_INFO_V1(availability_guard_require_lock_by_text);
PG_FUNCTION_INFO_V1(availability_guard_check_room_by_date);
PG_FUNCTION_INFO_V1(availability_guard_check_room_by_instant);
PG_FUNCTION_INFO_V1(availability_guard_check_room_by_text);
}

Datum availability_guard_lock_room_by_date(PG_FUNCTION_ARGS) {
  return enter([fcinfo] { return command_center::guard::lock_room(fcinfo, StayForm::kDate, Wish::kLock); });
}
Datum availability_guard_lock_room_by_instant(PG_FUNCTION_ARGS) {
  return enter(
      [fcinfo] { return command_center::guard::lock_room(fcinfo, StayForm::kInstant, Wish::kLock); });
}
Datum availability_guard_lock_room_by_text(PG_FUNCTION_ARGS) {
  return enter([fcinfo] { return command_center::guard::lock_room(fcinfo, StayForm::kText, Wish::kLock); });
}
Datum availability_guard_require_lock_by_date(PG_FUNCTION_ARGS) {
  return enter(
      [fcinfo] { return command_center::guard::lock_room(fcinfo, StayForm::kDate, Wish::kRequire); });
}
Datum availability_guard_require_lock_by_instant(PG_FUNCTION_ARGS) {
  return enter(
      [fcinfo] { return command_center::guard::lock_room(fcinfo, StayForm::kInstant, Wish::kRequire); });
}
Datum availability_guard_require_lock_by_text(PG_FUNCTION_ARGS) {
  return enter(
      [fcinfo] { return command_center::guard::lock_room(fcinfo, StayForm::kText, Wish::kRequire); });
}
Datum availability_guard_check_room_by_date(PG_FUNCTION_ARGS) {
  return enter([fcinfo] { return command_center::guard::lock_room(fcinfo, StayForm::kDate, Wish::kCheck); });
}
Datum availability_guard_check_room_by_instant(PG_FUNCTION_ARGS) {
  return enter(
      [fcinfo] { return command_center::guard::lock_room(fcinfo, StayForm::kInstant, Wish::kCheck); });
}
Datum availability_guard_check_room_by_text(PG_FUNCTION_ARGS) {
  return enter([fcinfo] { return command_center::guard::lock_room(fcinfo, StayForm::kText, Wish::kCheck); });
}
