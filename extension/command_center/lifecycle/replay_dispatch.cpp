// Replays one dispatch.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/features/features.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/lifecycle/replay.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kTenantId, kCommandId, kReason, kActor };

Statement describe_audit = {
    kInstallation,
    "SELECT jsonb_build_object('tenantId', $1, 'commandId', $2, 'messageIds', to_jsonb($3))",
    3,
    {UUIDOID, UUIDOID, UUIDARRAYOID},
    Planning::kOnce};

void write_audit(const ReplayRequest& request, const ReplayOutcome& outcome) {
  auto* ids = static_cast<Datum*>(palloc(sizeof(Datum) * static_cast<std::size_t>(outcome.message_count)));
  for (int i = 0; i < outcome.message_count; ++i) ids[i] = uuid_datum(outcome.messages[i].message_id);
  Parameters parameters;
  parameters.add(uuid_datum(request.tenant_id));
  parameters.add(uuid_datum(outcome.command_id));
  parameters.add(
      PointerGetDatum(construct_array(ids, outcome.message_count, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR)));
  (void)run(describe_audit, parameters);
  const char* id = DatumGetCString(DirectFunctionCall1(uuid_out, uuid_datum(outcome.command_id)));
  audit("replay_dispatch", psprintf("dispatch %s", id), Datum{0}, value(0, 0, JSONBOID),
        zero_terminated(request.reason), zero_terminated(request.actor));
}

Datum replay_dispatch(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kTenantId, "tenant_id");
  require_argument(fcinfo, kCommandId, "command_id");
  const identifiers::Uuid command_id = uuid_argument(fcinfo, kCommandId);
  ReplayRequest request = {};
  request.tenant_id = uuid_argument(fcinfo, kTenantId);
  request.command_ids = &command_id;
  request.count = 1;
  read_who_and_why(fcinfo, kReason, kActor, request);
  check_enabled();
  check_tenant(request.tenant_id);
  InitMaterializedSRF(fcinfo, 0);
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);

  PreventCommandIfReadOnly("replay_dispatch");
  const OwnerSession session = open_session(kInstallation);
  const ReplayOutcome* outcome = replay(request, session.identity.user);
  if (outcome->sqlstate != nullptr) refuse(outcome->sqlstate, outcome->message, nullptr, outcome->hint);
  for (int i = 0; i < outcome->message_count; ++i) {
    const ReplayedMessage& message = outcome->messages[i];
    Datum values[] = {uuid_datum(message.message_id), uuid_datum(message.original_message_id),
                      message.target != nullptr ? CStringGetTextDatum(message.target) : Datum{0}};
    bool nulls[] = {false, false, message.target == nullptr};
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  }
  write_audit(request, *outcome);
  close_session(session);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_replay_dispatch);
}

Datum command_center_replay_dispatch(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::replay_dispatch(fcinfo); });
}
