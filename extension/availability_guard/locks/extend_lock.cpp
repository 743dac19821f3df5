// extend_lock and confirm_lock: a lock that is held lasts longer.
#include "extension/availability_guard/locks/confirming.hpp"
#include "extension/availability_guard/locks/held_locks.hpp"
#include "extension/availability_guard/locks/no_overlap.hpp"
#include "extension/availability_guard/locks/outcome.hpp"
#include "extension/availability_guard/locks/request.hpp"
#include "extension/availability_guard/locks/take_locks.hpp"
#include "extension/availability_guard/locks/witness.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

using identifiers::Uuid;
using inventory::Instant;

// Plain data; data() of the request is null for none, a version of 0 is none.
struct Call {
  Uuid tenant_id;
  Uuid lock_id;
  std::int64_t version;
  std::string_view request_id;
};

std::int64_t version_argument(FunctionCallInfo fcinfo, int argument) {
  if (PG_ARGISNULL(argument)) return 0;
  const std::int64_t version = PG_GETARG_INT64(argument);
  if (version < 1) refuse("22023", "version must be 1 or more");
  return version;
}

Call call_of(FunctionCallInfo fcinfo, int version, int request_id) {
  require_argument(fcinfo, 0, "tenant_id");
  require_argument(fcinfo, 1, "lock_id");
  const Call call = {uuid_argument(fcinfo, 0), uuid_argument(fcinfo, 1), version_argument(fcinfo, version),
                     text_argument(fcinfo, request_id)};
  check_id_text(call.request_id, "request_id");
  extension::check_tenant(call.tenant_id);
  return call;
}

// A stale version acts on nothing, but a request that was carried out has raised it by itself.
LockRow row_for(const Call& call, Purpose purpose, bool& is_known, Instant& now) {
  const LockRows found = queue_for_locks(call.tenant_id, &call.lock_id, 1, purpose);
  if (found.count == 0) refuse_not_held(call.lock_id);
  const LockRow& row = found.rows[0];
  now = GetCurrentTimestamp();
  check_not_expired(row, now);
  is_known = knows_request(call.tenant_id, row, call.request_id, now);
  if (!is_known) check_version(row, call.version);
  return row;
}

void write(const Call& call, const LockRow& before, const LockRow& after, const char* kind, Instant now) {
  replace_lock(call.tenant_id, before, after);
  append_event(call.tenant_id, after, kind, {{}, call.request_id, {}, {}, Datum{0}}, now);
}

LockOutcome extend(const Call& call, std::int32_t ttl_seconds) {
  Instant now = 0;
  bool is_known = false;
  const LockRow row = row_for(call, Purpose::kToKeepOrEnd, is_known, now);
  if (is_known) return outcome_of("LOCKED", row);
  if (row.held.content.hold == inventory::Hold::kConfirmed) {
    refuse("KC015", "the lock is confirmed and does not expire", detail_of_lock(call.lock_id, row.version));
  }
  LockRow extended = row;
  ++extended.version;
  extended.held.expires_at =
      inventory::expiry_of(row.held.content.hold, now, ttl_of(ttl_seconds, ttl_limits_of(call.tenant_id)));
  write(call, row, extended, "extended", now);
  return outcome_of("LOCKED", extended);
}

LockOutcome confirm(const Call& call) {
  Instant now = 0;
  bool is_known = false;
  const LockRow row = row_for(call, Purpose::kToConfirm, is_known, now);
  if (is_known || row.held.content.hold == inventory::Hold::kConfirmed) return outcome_of("LOCKED", row);
  LockRow confirmed = row;
  ++confirmed.version;
  confirmed.held.content.hold = inventory::Hold::kConfirmed;
  confirmed.held.expires_at = inventory::kNever;
  const Datum obstacle =
      find_obstacle(call.tenant_id, confirmed.held.content, &row.held, now, Tidying::kEnds);
  if (obstacle != 0) {
    LockOutcome outcome = outcome_of("CONFLICT", row);
    outcome.witness = obstacle;
    return outcome;
  }
  write(call, row, confirmed, "confirmed", now);
  return outcome_of("LOCKED", confirmed);
}

Datum extend_lock(FunctionCallInfo fcinfo) {
  PreventCommandIfReadOnly("extend_lock");
  const Call call = call_of(fcinfo, 3, 4);
  const std::int32_t ttl_seconds = PG_ARGISNULL(2) ? -1 : PG_GETARG_INT32(2);
  if (!PG_ARGISNULL(2) && ttl_seconds < 1) refuse("22023", "ttl_seconds must be 1 or more");
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  require_no_overlap_constraint();
  const LockOutcome outcome = extend(call, ttl_seconds);
  resume_planner(planner);
  close_session(session);
  return outcome_row(fcinfo, outcome);
}

Datum confirm_lock(FunctionCallInfo fcinfo) {
  PreventCommandIfReadOnly("confirm_lock");
  const Call call = call_of(fcinfo, 2, 3);
  return outcome_row(fcinfo, confirm_lock_of(call.tenant_id, call.lock_id, call.version, call.request_id));
}

}  // namespace

LockOutcome confirm_lock_of(const Uuid& tenant_id, const Uuid& lock_id, std::int64_t version,
                            std::string_view request_id) {
  MemoryContext kept = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  require_no_overlap_constraint();
  LockOutcome outcome = confirm({tenant_id, lock_id, version, request_id});
  keep_witness(outcome, kept);
  resume_planner(planner);
  close_session(session);
  return outcome;
}

}  // namespace command_center::guard

extern "C" {
PG_FUNCTION_INFO_V1(availability_guard_extend_lock);
PG_FUNCTION_INFO_V1(availability_guard_confirm_lock);
}

Datum availability_guard_extend_lock(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::extend_lock(fcinfo); });
}

Datum availability_guard_confirm_lock(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::confirm_lock(fcinfo); });
}
