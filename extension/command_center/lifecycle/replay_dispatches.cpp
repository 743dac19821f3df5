// Replays all dispatches that a filter finds.
#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/catalogue/unknown_names.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/features/features.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/lifecycle/replay.hpp"
#include "extension/command_center/lifecycle/selection.hpp"
#include "extension/command_center/outbox/ordered_keys.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/json/member_names.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kFilter, kReason, kActor, kDryRun };

constexpr int kDefaultLimit = 1000;
constexpr int kMaxLimit = 10'000;

constexpr std::string_view kMembers[] = {"tenantId",       "commandName",    "targetService",
                                         "status",         "correlationId",  "receivedFrom",
                                         "receivedBefore", "afterCommandId", "limit"};

Statement describe_audit = {
    kInstallation,
    "SELECT jsonb_build_object('filter', $1, 'replayed', cardinality($2), 'commandIds', to_jsonb($2))",
    2,
    {JSONBOID, UUIDARRAYOID},
    Planning::kOnce};

const JsonbValue* member(Jsonb* filter, const char* name, jbvType type, const char* what) {
  const JsonbValue* found =
      getKeyJsonValueFromContainer(&filter->root, name, static_cast<int>(std::strlen(name)), nullptr);
  if (found == nullptr || found->type == jbvNull) return nullptr;
  if (found->type != type) refuse("22023", psprintf("member \"%s\" of filter must be %s", name, what));
  return found;
}

std::string_view text_member(Jsonb* filter, const char* name) {
  const JsonbValue* found = member(filter, name, jbvString, "a text");
  if (found == nullptr) return {};
  return {found->val.string.val, static_cast<std::size_t>(found->val.string.len)};
}

// Through the type's own input function, which refuses what is none (22P02, 22007).
bool uuid_member(Jsonb* filter, const char* name, identifiers::Uuid& uuid) {
  const std::string_view text = text_member(filter, name);
  if (text.data() == nullptr) return false;
  uuid = uuid_value(DirectFunctionCall1(uuid_in, CStringGetDatum(zero_terminated(text))));
  return true;
}

bool time_member(Jsonb* filter, const char* name, std::int64_t& time) {
  const std::string_view text = text_member(filter, name);
  if (text.data() == nullptr) return false;
  time = DatumGetTimestampTz(DirectFunctionCall3(timestamptz_in, CStringGetDatum(zero_terminated(text)),
                                                 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
  return true;
}

int limit_member(Jsonb* filter) {
  const JsonbValue* found = member(filter, "limit", jbvNumeric, "a number");
  if (found == nullptr) return kDefaultLimit;
  const Datum number = NumericGetDatum(found->val.numeric);
  const auto is = [number](PGFunction comparison, int bound) {
    return DatumGetBool(
        DirectFunctionCall2(comparison, number, DirectFunctionCall1(int4_numeric, Int32GetDatum(bound))));
  };
  if (!is(numeric_ge, 1) || !is(numeric_le, kMaxLimit)) {
    refuse("22023", "member \"limit\" of filter must be between 1 and 10000");
  }
  return DatumGetInt32(DirectFunctionCall1(numeric_int4, number));
}

// C++ regime.
[[noreturn]] void refuse_member(std::string_view name) {
  throw Error(
      sqlstate::kInvalidParameter,
      "\"" + std::string(name) + "\" " + json::unknown_member(name, kMembers, std::size(kMembers), "filter"),
      {},
      "Its members are tenantId, commandName, targetService, status, correlationId, receivedFrom, "
      "receivedBefore, afterCommandId and limit.");
}

// A member that is misspelt must not widen what is replayed.
void check_members(Jsonb* filter) {
  if (!JB_ROOT_IS_OBJECT(filter)) refuse("22023", "filter must be a JSON object");
  JsonbIterator* iterator = JsonbIteratorInit(&filter->root);
  JsonbValue token;
  for (JsonbIteratorToken kind = JsonbIteratorNext(&iterator, &token, true); kind != WJB_DONE;
       kind = JsonbIteratorNext(&iterator, &token, true)) {
    if (kind != WJB_KEY) continue;
    const std::string_view name(token.val.string.val, static_cast<std::size_t>(token.val.string.len));
    if (std::find(std::begin(kMembers), std::end(kMembers), name) != std::end(kMembers)) continue;
    refuse_member(name);
  }
}

Selection read_selection(Jsonb* filter) {
  check_members(filter);
  Selection selection = {};
  if (!uuid_member(filter, "tenantId", selection.tenant_id)) {
    refuse("22023", "filter must have the member \"tenantId\"");
  }
  selection.command_name = text_member(filter, "commandName");
  selection.target_service = text_member(filter, "targetService");
  selection.status = text_member(filter, "status");
  if (selection.status.data() != nullptr) check_status_of_dispatch(selection.status);
  selection.correlation_id = text_member(filter, "correlationId");
  selection.has_received_from = time_member(filter, "receivedFrom", selection.received_from);
  selection.has_received_before = time_member(filter, "receivedBefore", selection.received_before);
  selection.has_cursor = uuid_member(filter, "afterCommandId", selection.cursor);
  selection.limit = limit_member(filter);
  return selection;
}

// Two who replay the same filter at once would both find the same dispatches.
void find_commands(const Selection& selection, ReplayRequest& request) {
  if (request.dry_run == DryRun::kNo) lock_replays_of(request.tenant_id);
  request.count = static_cast<int>(select_dispatches(selection, Order::kOldestFirst));
  auto* ids = static_cast<identifiers::Uuid*>(
      palloc(sizeof(identifiers::Uuid) * static_cast<std::size_t>(request.count + 1)));
  for (int i = 0; i < request.count; ++i)
    ids[i] = uuid_value(value(static_cast<std::uint64_t>(i), 0, UUIDOID));
  request.command_ids = ids;
}

void put_outcome(ReturnSetInfo* result, const ReplayOutcome& outcome, DryRun dry_run) {
  const bool refused = outcome.sqlstate != nullptr;
  const char* accepted = dry_run == DryRun::kYes ? "replayable" : "replayed";
  Datum values[] = {uuid_datum(outcome.command_id), CStringGetTextDatum(refused ? "refused" : accepted),
                    Int32GetDatum(refused ? 0 : outcome.message_count),
                    refused ? CStringGetTextDatum(outcome.sqlstate) : Datum{0},
                    refused ? CStringGetTextDatum(outcome.message) : Datum{0}};
  bool nulls[] = {false, false, false, !refused, !refused};
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

// One row for the whole call; each dispatch has its event.
void write_audit(const ReplayRequest& request, const ReplayOutcome* outcomes, Datum filter) {
  auto* ids = static_cast<Datum*>(palloc(sizeof(Datum) * static_cast<std::size_t>(request.count + 1)));
  int count = 0;
  for (int i = 0; i < request.count; ++i) {
    if (outcomes[i].sqlstate == nullptr) ids[count++] = uuid_datum(outcomes[i].command_id);
  }
  if (count == 0) return;
  Parameters parameters;
  parameters.add(filter);
  parameters.add(PointerGetDatum(construct_array(ids, count, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR)));
  (void)run(describe_audit, parameters);
  const char* tenant = DatumGetCString(DirectFunctionCall1(uuid_out, uuid_datum(request.tenant_id)));
  audit("replay_dispatches", psprintf("dispatches of tenant %s", tenant), Datum{0}, value(0, 0, JSONBOID),
        zero_terminated(request.reason), zero_terminated(request.actor));
}

Datum replay_dispatches(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kFilter, "filter");
  require_argument(fcinfo, kDryRun, "dry_run");
  Jsonb* filter = PG_GETARG_JSONB_P(kFilter);
  const Selection selection = read_selection(filter);
  ReplayRequest request = {};
  request.tenant_id = selection.tenant_id;
  request.dry_run = PG_GETARG_BOOL(kDryRun) ? DryRun::kYes : DryRun::kNo;
  read_who_and_why(fcinfo, kReason, kActor, request);
  if (request.dry_run == DryRun::kNo) check_enabled();
  check_tenant(request.tenant_id);
  InitMaterializedSRF(fcinfo, 0);
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);

  if (request.dry_run == DryRun::kNo) PreventCommandIfReadOnly("replay_dispatches");
  const OwnerSession session = open_session(kInstallation);
  tell_of_unknown_names(selection.command_name, selection.target_service);
  find_commands(selection, request);
  const ReplayOutcome* outcomes = replay(request, session.identity.user);
  for (int i = 0; i < request.count; ++i) put_outcome(result, outcomes[i], request.dry_run);
  if (request.dry_run == DryRun::kNo) write_audit(request, outcomes, JsonbPGetDatum(filter));
  close_session(session);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_replay_dispatches);
}

Datum command_center_replay_dispatches(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::replay_dispatches(fcinfo); });
}
