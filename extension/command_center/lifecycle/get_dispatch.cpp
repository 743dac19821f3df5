// Tells all that is known about one dispatch: the decision, and what became of it.
#include <cstdint>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/lifecycle/events.hpp"
#include "extension/command_center/lifecycle/standing.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/publication.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/command_center/tables.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/leaf_statement.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kTenantId, kCommandId };

// A command's rows are in the partitions of its own day: the id of the command says which.
constexpr LeafTable kDispatchOfCommand = {&kCommandDispatches, 1, 1};
constexpr LeafTable kEventsOfCommand = {&kDispatchEvents, 1, 1};

LeafStatement select_position = {
    {kInstallation,
     "SELECT \"position\", received_at FROM command_center.command_dispatches WHERE "
     "tenant_id = $1 AND command_id = $2",
     2,
     {UUIDOID, UUIDOID},
     Planning::kEachTime},
    {kDispatchOfCommand},
    1};

LeafStatement select_replays = {
    {kInstallation,
     "SELECT (detail ->> 'position')::bigint, (detail -> 'messageIds' ->> 0)::uuid"
     " FROM command_center.dispatch_events"
     " WHERE tenant_id = $1 AND command_id = $2 AND kind = 'replayed' ORDER BY event_id",
     2,
     {UUIDOID, UUIDOID},
     Planning::kEachTime},
    {kEventsOfCommand},
    1};

// One of the messages of a sending, whose ids are made within a moment: they are of one day, or around
// midnight (UTC) of two.
#define MESSAGE_OF_SENDING                                                                                 \
  {                                                                                                        \
    kInstallation,                                                                                         \
        "SELECT transaction_id, partition_key FROM command_center.transactional_outbox"                    \
        " WHERE tenant_id = $1 AND command_id = $2 AND \"position\" = $3 AND message_id BETWEEN $4 AND $5" \
        " LIMIT 1",                                                                                        \
        5, {UUIDOID, UUIDOID, INT8OID, UUIDOID, UUIDOID}, Planning::kEachTime                              \
  }
LeafStatement select_message = {MESSAGE_OF_SENDING, {{&kTransactionalOutbox, 3, 3}}, 1};
LeafStatement select_message_of_next_day = {MESSAGE_OF_SENDING, {{&kTransactionalOutbox, 4, 4}}, 1};

// $3 whether each sending is published, NULL where the outbox has nothing of it; $4 since when. What has no
// row in the outbox had no message, if a handler in the database was all there was to do; or it is published,
// since retention takes nothing else.
// clang-format off
LeafStatement describe = {{kInstallation, "WITH dispatch AS MATERIALIZED ("
    " SELECT dispatch.*, dispatch.target_service || coalesce(dispatch.also_targets, '{}') AS targets,"
    "  dispatch.received_at + make_interval(secs => extract(epoch FROM template.sla)::double precision) AS deadline"
    " FROM command_center.command_dispatches AS dispatch"
    " LEFT JOIN command_center.command_templates AS template"
    "  ON template.command_name = dispatch.command_name AND template.version = dispatch.template_version"
    " WHERE dispatch.tenant_id = $1 AND dispatch.command_id = $2"
    "), recorded AS MATERIALIZED ("
    " SELECT event_id, kind, service_id, at, detail, who, why, handler FROM command_center.dispatch_events"
    " WHERE tenant_id = $1 AND command_id = $2"
    "), standing AS ("
    " SELECT standing.*, array_position(dispatch.targets, standing.service_id) AS target"
    " FROM dispatch CROSS JOIN LATERAL (" STANDING_OF(
        "SELECT unnest(dispatch.targets) AS service_id"
        " UNION SELECT service_id FROM recorded WHERE service_id IS NOT NULL") ") AS standing"
    "), sending AS ("
    " SELECT number, at, CASE WHEN is_published THEN 'published' WHEN NOT is_published THEN 'pending'"
    "  WHEN number = 1 AND cardinality(dispatch.targets) = 1"
    "   AND EXISTS (SELECT FROM recorded WHERE handler IS NOT NULL) THEN 'none' ELSE 'published' END AS state"
    " FROM dispatch, unnest($3, $4) WITH ORDINALITY AS sending(is_published, at, number)"
    "), replay AS ("
    " SELECT recorded.*, row_number() OVER (ORDER BY event_id) AS number FROM recorded WHERE kind = 'replayed'"
    "), stage AS ("
    " SELECT coalesce((SELECT " STATUS_OF_STANDING
    " FROM standing WHERE target IS NOT NULL),"
    "  (SELECT CASE state WHEN 'published' THEN 'published' ELSE 'received' END FROM sending"
    "   ORDER BY number DESC LIMIT 1)) AS status,"
    " (SELECT CASE WHEN bool_and(" IS_DONE
    ") THEN max(at) END FROM standing WHERE target IS NOT NULL) AS done_at"
    ")"
    " SELECT jsonb_build_object("
    "  'commandId', command_id, 'commandName', command_name, 'tenantId', tenant_id, 'status', status,"
    "  'correlationId', correlation_id, 'mode', mode, 'environment', environment, 'propertyId', property_id,"
    "  'role', role, 'initiator', initiator, 'payloadSha256', encode(payload_sha256, 'hex'), 'result', result,"
    "  'decision', jsonb_build_object("
    "   'templateVersion', template_version, 'targetService', target_service,"
    "   'alsoTargets', coalesce(to_jsonb(also_targets), '[]'), 'routeId', route_id, 'routeVersion', route_version,"
    "   'featureIds', coalesce(to_jsonb(feature_ids), '[]'), 'stickyKey', sticky_key),"
    "  'received', jsonb_build_object('at', received_at),"
    "  'published', (SELECT jsonb_build_object('state', state, 'at', at) FROM sending WHERE number = 1),"
    "  'services', (SELECT jsonb_agg(jsonb_build_object('serviceId', service_id, 'target', target IS NOT NULL,"
    "   'status', kind, 'at', at, 'detail', detail) ORDER BY target, service_id) FROM standing),"
    "  'events', coalesce((SELECT jsonb_agg(jsonb_build_object('event', kind, 'at', at, 'serviceId', service_id,"
    "   'detail', detail, 'by', who, 'reason', why, 'handler', handler) ORDER BY event_id)"
    "   FROM recorded WHERE kind <> 'replayed'), '[]'),"
    "  'replays', coalesce((SELECT jsonb_agg(jsonb_build_object('at', replay.at, 'actor', who, 'reason', why,"
    "   'messageIds', detail -> 'messageIds',"
    "   'published', jsonb_build_object('state', state, 'at', sending.at)) ORDER BY event_id)"
    "   FROM replay JOIN sending ON sending.number = replay.number + 1), '[]'),"
    "  'sla', CASE WHEN deadline IS NOT NULL THEN jsonb_build_object("
    "   'deadline', deadline, 'breached', coalesce(done_at, statement_timestamp()) > deadline) END)"
    " FROM dispatch, stage",
    4,
    {UUIDOID, UUIDOID, BOOLARRAYOID, TIMESTAMPTZARRAYOID}, Planning::kEachTime}, {kDispatchOfCommand, kEventsOfCommand}, 2};
// clang-format on

// One for each time that the command was put into the outbox: first when it was executed, then for each
// replay.
struct Sending {
  std::int64_t position;
  identifiers::Uuid lowest_id;  // of its messages
  identifiers::Uuid highest_id;
  bool in_outbox;  // else the outbox has none of them, or none any more
  Datum transaction_id;
  Datum partition_key;  // that of the command, the same of all its messages
};

struct Sendings {
  Sending* sending;
  int count;
  TimestampTz received_at;  // of the command
};

// An array with one element for each sending.
Datum array_of(Datum* values, bool* nulls, int count, Oid type) {
  int16 length = 0;
  bool by_value = false;
  char alignment = 0;
  get_typlenbyvalalign(type, &length, &by_value, &alignment);
  int lower_bound = 1;
  return PointerGetDatum(
      construct_md_array(values, nulls, 1, &count, &lower_bound, type, length, by_value, alignment));
}

// Adds the two arrays of publications to the parameters of `describe`.
void add_publications(Parameters& parameters, const Sendings& all) {
  const Sending* sendings = all.sending;
  const int count = all.count;
  const auto size = static_cast<std::size_t>(count);
  auto* published = static_cast<Datum*>(palloc0(sizeof(Datum) * size));
  auto* unknown = static_cast<bool*>(palloc0(sizeof(bool) * size));
  auto* times = static_cast<Datum*>(palloc0(sizeof(Datum) * size));
  auto* untimed = static_cast<bool*>(palloc0(sizeof(bool) * size));
  for (int i = 0; i < count; ++i) {
    Publication found = {};
    unknown[i] = !sendings[i].in_outbox;
    if (!unknown[i])
      found = find_publication(sendings[i].transaction_id, sendings[i].partition_key, sendings[i].position,
                               all.received_at);
    published[i] = BoolGetDatum(found.published);
    times[i] = TimestampTzGetDatum(found.at);
    untimed[i] = !found.time_known;
  }
  parameters.add(array_of(published, unknown, count, BOOLOID));
  parameters.add(array_of(times, untimed, count, TIMESTAMPTZOID));
}

Parameters key_of(const identifiers::Uuid& tenant_id, const identifiers::Uuid& command_id) {
  Parameters key;
  key.add(uuid_datum(tenant_id));
  key.add(uuid_datum(command_id));
  return key;
}

void look_into_outbox(const Parameters& key, Sending& sending) {
  Parameters parameters = key;
  parameters.add_bigint(sending.position);
  parameters.add(uuid_datum(sending.lowest_id));
  parameters.add(uuid_datum(sending.highest_id));
  sending.in_outbox =
      read(select_message, parameters) > 0 || read(select_message_of_next_day, parameters) > 0;
  if (!sending.in_outbox) return;
  sending.transaction_id = value(0, 0, XID8OID);
  sending.partition_key = CStringGetTextDatum(text_value(0, 1));
}

Sendings read_sendings(const Parameters& key, const identifiers::Uuid& command_id) {
  if (read(select_position, key) == 0) refuse_unknown_dispatch(command_id);
  const Sending first = {bigint_value(0, 0), command_id, beyond_messages_of(command_id), false, 0, 0};
  const TimestampTz received_at = DatumGetTimestampTz(value(0, 1, TIMESTAMPTZOID));
  const std::uint64_t replays = read(select_replays, key);
  auto* sendings = static_cast<Sending*>(palloc(sizeof(Sending) * (replays + 1)));
  sendings[0] = first;
  for (std::uint64_t row = 0; row < replays; ++row) {
    const identifiers::Uuid message_id = uuid_value(value(row, 1, UUIDOID));
    sendings[row + 1] = {bigint_value(row, 0), message_id, message_id, false, 0, 0};
  }
  for (std::uint64_t i = 0; i <= replays; ++i) look_into_outbox(key, sendings[i]);
  return {sendings, static_cast<int>(replays) + 1, received_at};
}

Datum get_dispatch(FunctionCallInfo fcinfo) {
  const identifiers::Uuid tenant_id = uuid_argument(fcinfo, kTenantId);
  const identifiers::Uuid command_id = uuid_argument(fcinfo, kCommandId);
  check_tenant(tenant_id);
  MemoryContext caller = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  const int level = force_index_scans();
  Parameters parameters = key_of(tenant_id, command_id);
  const Sendings sendings = read_sendings(parameters, command_id);
  add_publications(parameters, sendings);
  (void)read(describe, parameters);
  MemoryContext working = MemoryContextSwitchTo(caller);
  const Datum description = datumCopy(value(0, 0, JSONBOID), false, -1);
  MemoryContextSwitchTo(working);
  resume_planner(level);
  close_session(session);
  return description;
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_get_dispatch);
}

Datum command_center_get_dispatch(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::get_dispatch(fcinfo); });
}
