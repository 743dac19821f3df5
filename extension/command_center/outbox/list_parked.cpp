// Shows what is put aside, and which topics take nothing.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/parked.hpp"
#include "extension/command_center/outbox/publisher_id.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kTopic, kTenantId, kReason, kMaxMessages, kAfterPosition };

constexpr int kMostMessages = 100'000;

Statement select_parked = {
    kInstallation,
    "SELECT parked.message_id, parked.parked_at, parked.reason, coalesce(parked.detail, hold.detail),"
    " parked.topic, parked.tenant_id, parked.command_id, parked.partition_key, parked.ordered,"
    " coalesce(octet_length(parked.value), 0), parked.\"position\", parked.publisher, parked.batch_id"
    " FROM command_center.parked_messages AS parked"
    " LEFT JOIN command_center.topic_holds AS hold ON parked.reason = 'topic'"
    "  AND hold.publisher = parked.publisher AND hold.topic = parked.topic"
    " WHERE ($1 IS NULL OR parked.topic = $1) AND ($2 IS NULL OR parked.tenant_id = $2)"
    " AND parked.reason <> 'moved' AND ($3 IS NULL OR parked.reason = $3)"
    " AND ($5 IS NULL OR parked.\"position\" > $5) AND " IS_OPEN
    " ORDER BY parked.\"position\", parked.message_id LIMIT $4",
    5,
    {TEXTOID, UUIDOID, TEXTOID, INT4OID, INT8OID},
    Planning::kEachTime};

Statement select_holds = {kInstallation,
                          "SELECT topic, since, detail FROM command_center.topic_holds WHERE publisher = $1"
                          " UNION ALL"
                          " SELECT freed.topic, NULL, NULL FROM (SELECT DISTINCT parked.topic"
                          "  FROM command_center.parked_messages AS parked"
                          "  WHERE parked.publisher = $1 AND parked.reason = 'topic' AND " IS_OPEN
                          ") AS freed"
                          " WHERE NOT EXISTS (SELECT FROM command_center.topic_holds AS held"
                          "  WHERE held.publisher = $1 AND held.topic = freed.topic)"
                          " ORDER BY topic",
                          1,
                          {TEXTOID}};

void check_arguments(FunctionCallInfo fcinfo) {
  const std::string_view reason = text_argument(fcinfo, kReason);
  if (reason.data() != nullptr && reason != "refused" && reason != "topic" && reason != "behind")
    refuse("22023", "reason must be refused, topic or behind");
  require_argument(fcinfo, kMaxMessages, "max_messages");
  const int most = PG_GETARG_INT32(kMaxMessages);
  if (most < 1 || most > kMostMessages) refuse("22023", "max_messages must be between 1 and 100000");
}

Datum list_parked(FunctionCallInfo fcinfo) {
  check_arguments(fcinfo);
  check_scope(fcinfo, kTenantId);
  InitMaterializedSRF(fcinfo, 0);
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const OwnerSession session = open_session(kInstallation);
  Parameters parameters;
  for (int i = kTopic; i <= kAfterPosition; ++i) parameters.add_argument(fcinfo, i);
  (void)read(select_parked, parameters);
  put_rows(result);
  close_session(session);
  return Datum{0};
}

Datum last_parked(FunctionCallInfo fcinfo) {
  const std::string_view family = parse_publisher(text_argument(fcinfo, 0)).family;
  MemoryContext caller = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  const char* const moment = parked_through(family);
  Datum answer{0};
  if (moment != nullptr) {
    MemoryContext working = MemoryContextSwitchTo(caller);
    answer = CStringGetTextDatum(moment);
    MemoryContextSwitchTo(working);
  }
  close_session(session);
  if (moment == nullptr) fcinfo->isnull = true;
  return answer;
}

Datum list_topic_holds(FunctionCallInfo fcinfo) {
  InitMaterializedSRF(fcinfo, 0);
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const OwnerSession session = open_session(kInstallation);
  Parameters parameters;
  parameters.add_text(parse_publisher(text_argument(fcinfo, 0)).family);
  (void)read(select_holds, parameters);
  put_rows(result);
  close_session(session);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_list_parked);
PG_FUNCTION_INFO_V1(command_center_parked_through);
PG_FUNCTION_INFO_V1(command_center_list_topic_holds);
}

Datum command_center_list_parked(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::list_parked(fcinfo); });
}

Datum command_center_list_topic_holds(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::list_topic_holds(fcinfo); });
}

Datum command_center_parked_through(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::last_parked(fcinfo); });
}
