// Lists the catalogue, as far as the caller may see it.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/catalogue/unknown_names.hpp"
#include "extension/command_center/control/scoped_rows.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/command_center/permissions/held_roles.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/command_center/subscriptions/offsets.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kRowsPerFetch = 500;

Statement select_commands = {
    kInstallation,
    "SELECT shown.command_name, shown.version, shown.status, shown.description, shown.default_target,"
    "  service.owner, shown.topic, shown.required_modules, shown.required_roles, shown.availability,"
    "  shown.partition_key, shown.ordered, shown.sla, shown.registered_at, shown.payload_schema"
    " FROM (SELECT DISTINCT ON (command_name) * FROM command_center.command_templates AS template"
    "  WHERE template.status = $2 OR $2 IS NULL"
    "  ORDER BY command_name, template.status = 'active' DESC, template.version DESC) AS shown"
    " LEFT JOIN command_center.services AS service ON service.service_id = shown.default_target"
    " WHERE ($1 = ANY (shown.required_modules) OR $1 IS NULL) AND (service.owner = $3 OR $3 IS NULL)"
    " ORDER BY shown.command_name COLLATE \"C\"",
    3,
    {TEXTOID, TEXTOID, TEXTOID}};

Statement select_command_versions = {
    kInstallation,
    "SELECT version, status, description, default_target, topic, required_modules, "
    "required_roles,"
    "  availability, partition_key, ordered, sla, registered_at, payload_schema, examples"
    " FROM command_center.command_templates WHERE command_name = $1 ORDER BY version DESC",
    1,
    {TEXTOID}};

Statement select_services = {
    kInstallation,
    "SELECT service_id, owner, status, topic, handler, changed_at FROM command_center.services"
    " WHERE (status = $1 OR $1 IS NULL) AND (owner = $2 OR $2 IS NULL) ORDER BY service_id COLLATE \"C\"",
    2,
    {TEXTOID, TEXTOID}};

Statement select_environments = {kInstallation,
                                 "SELECT environment, is_open, declared_at FROM command_center.environments"
                                 " ORDER BY environment COLLATE \"C\"",
                                 0,
                                 {}};

Statement select_modules = {
    kInstallation,
    "SELECT module, enabled_at FROM command_center.tenant_modules WHERE tenant_id = $1"
    " ORDER BY module COLLATE \"C\"",
    1,
    {UUIDOID}};

// $5: a page goes on behind it.
Statement select_audit = {
    kInstallation,
    "SELECT audit_id, changed_at, session_role, role, actor, action, object, before, after, reason"
    " FROM command_center.control_audit WHERE (action = $1 OR $1 IS NULL) AND (actor = $2 OR $2 IS NULL)"
    " AND (changed_at >= $3 OR $3 IS NULL) AND (changed_at < $4 OR $4 IS NULL)"
    " AND (audit_id < $5 OR $5 IS NULL) ORDER BY audit_id DESC LIMIT $6",
    6,
    {TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID, INT4OID},
    Planning::kEachTime};

Statement select_topics = {
    kInstallation,
    "SELECT topic, kind, version, partitions, cleanup, max_message_bytes, envelope, key_required, owner, "
    "changed_at"
    " FROM command_center.topics WHERE (kind = $1 OR $1 IS NULL) AND (owner = $2 OR $2 IS NULL)"
    " ORDER BY topic COLLATE \"C\"",
    2,
    {TEXTOID, TEXTOID}};

Statement select_events = {
    kInstallation,
    "SELECT event_type, version, status, topic, ordered, description, registered_at, schema"
    " FROM command_center.event_types WHERE (topic = $1 OR $1 IS NULL) AND (status = $2 OR $2 IS NULL)"
    " ORDER BY event_type COLLATE \"C\", version DESC",
    2,
    {TEXTOID, TEXTOID}};

// $2: the identity of this database, so that two of them do not share a group by chance.
Statement select_subscriptions = {
    kInstallation,
    "SELECT subscription, subscription_id, version, status, topics, handler, start_at, filter, max_attempts,"
    " dead_letter_topic, schema_check,"
    " coalesce(consumer_group, format('command-center.%s.%s', subscription, left(md5($2), 8))) || "
    "group_suffix,"
    " batch_messages, batch_wait, changed_at FROM command_center.subscriptions"
    " WHERE (status = $1 OR $1 IS NULL) ORDER BY subscription COLLATE \"C\"",
    2,
    {TEXTOID, TEXTOID}};

Statement select_offsets = {
    kInstallation,
    "SELECT subscription, topic, partition, next_offset, end_offset,"
    " greatest(end_offset - next_offset, 0), message_timestamp, coalesce(carried_from, advanced_at) FROM ("
    " SELECT known.subscription, stored.* FROM command_center.subscriptions AS known"
    " CROSS JOIN LATERAL " LAST_OFFSETS_OF("known.subscription_id") " AS stored"
    " WHERE known.subscription = $1 OR $1 IS NULL) AS last"
    " ORDER BY subscription COLLATE \"C\", topic COLLATE \"C\", partition",
    1,
    {TEXTOID}};

// $4: the caller acts for every tenant; $5: who it is.
Statement select_routes = {kInstallation, "SELECT route_id, version, command_name, tenant_id, property_id, environment, policy, status, changed_at"
    " FROM command_center.command_routes AS route"
    " WHERE (command_name = $1 OR $1 IS NULL) AND (status = $3 OR $3 IS NULL)"
    " AND (tenant_id IS NULL OR $2 IS NULL OR tenant_id = $2)"
    " AND (tenant_id IS NULL OR $4 OR EXISTS (SELECT FROM command_center.tenant_roles AS bound"
    "   WHERE bound.tenant_id = route.tenant_id AND " IS_HELD("bound", "$5") "))"
    " ORDER BY command_name COLLATE \"C\", tenant_id NULLS FIRST, property_id NULLS FIRST,"
    "  environment COLLATE \"C\" NULLS FIRST",
    5,
    {TEXTOID, UUIDOID, TEXTOID, BOOLOID, OIDOID}};

// The same.
Statement select_features = {kInstallation, "SELECT feature_id, version, command_name, environment, tenant_id, property_id, role, status, limits,"
    "  changed_at"
    " FROM command_center.command_features AS feature"
    " WHERE (command_name IS NULL OR command_name = $1 OR $1 IS NULL) AND (status = $3 OR $3 IS NULL)"
    " AND (tenant_id IS NULL OR $2 IS NULL OR tenant_id = $2)"
    " AND (tenant_id IS NULL OR $4 OR EXISTS (SELECT FROM command_center.tenant_roles AS bound"
    "   WHERE bound.tenant_id = feature.tenant_id AND " IS_HELD("bound", "$5") "))"
    " ORDER BY command_name COLLATE \"C\" NULLS FIRST, tenant_id NULLS FIRST, property_id NULLS FIRST,"
    "  environment COLLATE \"C\" NULLS FIRST, role COLLATE \"C\" NULLS FIRST",
    5,
    {TEXTOID, UUIDOID, TEXTOID, BOOLOID, OIDOID}};

void add_arguments(Parameters& parameters, FunctionCallInfo fcinfo) {
  for (int argument = 0; argument < PG_NARGS(); ++argument) {
    if (PG_ARGISNULL(argument)) {
      parameters.add_null();
    } else {
      parameters.add(PG_GETARG_DATUM(argument));
    }
  }
}

// Answers the rows of a query whose columns are those of the function; `command_name` is what it filters by.
Datum answer(FunctionCallInfo fcinfo, Statement& statement, const Parameters& parameters,
             std::string_view command_name = {}) {
  InitMaterializedSRF(fcinfo, 0);
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const OwnerSession session = open_session(kInstallation);
  tell_of_unknown_names(command_name, {});
  PortalData* cursor = open_cursor(statement, parameters);
  while (fetch(cursor, kRowsPerFetch) > 0) put_rows(result);
  SPI_cursor_close(cursor);
  close_session(session);
  return Datum{0};
}

// 22023 for a status that none of them can have: an empty answer would look like one.
void check_status(FunctionCallInfo fcinfo, int argument, const char* first, const char* second,
                  const char* third) {
  if (PG_ARGISNULL(argument)) return;
  const std::string_view status = text_argument(fcinfo, argument);
  if (status == first || status == second || status == third) return;
  refuse("22023", psprintf("status must be %s, %s or %s", first, second, third));
}

Datum list_commands(FunctionCallInfo fcinfo) {
  check_status(fcinfo, 1, "draft", "active", "deprecated");
  Parameters parameters;
  add_arguments(parameters, fcinfo);
  return answer(fcinfo, select_commands, parameters);
}

Datum list_command_versions(FunctionCallInfo fcinfo) {
  const OwnerSession session = open_session(kInstallation);
  check_command_exists(fcinfo, 0);
  close_session(session);
  Parameters parameters;
  add_arguments(parameters, fcinfo);
  return answer(fcinfo, select_command_versions, parameters);
}

Datum list_services(FunctionCallInfo fcinfo) {
  check_status(fcinfo, 0, "healthy", "draining", "down");
  Parameters parameters;
  add_arguments(parameters, fcinfo);
  return answer(fcinfo, select_services, parameters);
}

Datum list_environments(FunctionCallInfo fcinfo) {
  (void)installed_relation(kInstallation, "environments");
  return answer(fcinfo, select_environments, {});
}

Datum list_modules(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, 0, "tenant_id");
  check_tenant(uuid_argument(fcinfo, 0));
  Parameters parameters;
  add_arguments(parameters, fcinfo);
  return answer(fcinfo, select_modules, parameters);
}

Datum list_audit(FunctionCallInfo fcinfo) {
  constexpr int kPageSize = 5;
  constexpr int kMostRows = 1000;
  require_argument(fcinfo, kPageSize, "page_size");
  const int rows = PG_GETARG_INT32(kPageSize);
  if (rows < 1 || rows > kMostRows) refuse("22023", "page_size must be between 1 and 1000");
  check_every_tenant();
  Parameters parameters;
  add_arguments(parameters, fcinfo);
  return answer(fcinfo, select_audit, parameters);
}

Datum list_topics(FunctionCallInfo fcinfo) {
  (void)installed_relation(kInstallation, "topics");
  if (!PG_ARGISNULL(0)) {
    const std::string_view kind = text_argument(fcinfo, 0);
    if (kind != "events" && kind != "commands") refuse("22023", "kind must be events or commands");
  }
  Parameters parameters;
  add_arguments(parameters, fcinfo);
  return answer(fcinfo, select_topics, parameters);
}

Datum list_events(FunctionCallInfo fcinfo) {
  (void)installed_relation(kInstallation, "event_types");
  if (!PG_ARGISNULL(1)) {
    const std::string_view status = text_argument(fcinfo, 1);
    if (status != "active" && status != "deprecated") refuse("22023", "status must be active or deprecated");
  }
  Parameters parameters;
  add_arguments(parameters, fcinfo);
  return answer(fcinfo, select_events, parameters);
}

const char* identity_of_database() {
  MemoryContext caller = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  const char* identity = MemoryContextStrdup(caller, database_identity());
  close_session(session);
  return identity;
}

Datum list_subscriptions(FunctionCallInfo fcinfo) {
  (void)installed_relation(kInstallation, "subscriptions");
  if (!PG_ARGISNULL(0)) {
    const std::string_view status = text_argument(fcinfo, 0);
    if (status != "active" && status != "paused") refuse("22023", "status must be active or paused");
  }
  Parameters parameters;
  add_arguments(parameters, fcinfo);
  parameters.add_text(identity_of_database());
  return answer(fcinfo, select_subscriptions, parameters);
}

Datum list_consumer_offsets(FunctionCallInfo fcinfo) {
  (void)installed_relation(kInstallation, "consumer_offsets");
  Parameters parameters;
  add_arguments(parameters, fcinfo);
  return answer(fcinfo, select_offsets, parameters);
}

Datum list_routes(FunctionCallInfo fcinfo) {
  check_status(fcinfo, 2, "draft", "active", "retired");
  if (!PG_ARGISNULL(1)) check_tenant(uuid_argument(fcinfo, 1));
  Parameters parameters;
  add_arguments(parameters, fcinfo);
  parameters.add(BoolGetDatum(acts_for_every_tenant()));
  parameters.add(ObjectIdGetDatum(GetUserId()));
  return answer(fcinfo, select_routes, parameters, text_argument(fcinfo, 0));
}

Datum list_features(FunctionCallInfo fcinfo) {
  (void)installed_relation(kInstallation, "command_features");
  check_status(fcinfo, 2, "disabled", "observe", "enabled");
  if (!PG_ARGISNULL(1)) check_tenant(uuid_argument(fcinfo, 1));
  Parameters parameters;
  add_arguments(parameters, fcinfo);
  parameters.add(BoolGetDatum(acts_for_every_tenant()));
  parameters.add(ObjectIdGetDatum(GetUserId()));
  return answer(fcinfo, select_features, parameters, text_argument(fcinfo, 0));
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_list_audit);
PG_FUNCTION_INFO_V1(command_center_list_commands);
PG_FUNCTION_INFO_V1(command_center_list_command_versions);
PG_FUNCTION_INFO_V1(command_center_list_consumer_offsets);
PG_FUNCTION_INFO_V1(command_center_list_environments);
PG_FUNCTION_INFO_V1(command_center_list_events);
PG_FUNCTION_INFO_V1(command_center_list_features);
PG_FUNCTION_INFO_V1(command_center_list_modules);
PG_FUNCTION_INFO_V1(command_center_list_routes);
PG_FUNCTION_INFO_V1(command_center_list_services);
PG_FUNCTION_INFO_V1(command_center_list_subscriptions);
PG_FUNCTION_INFO_V1(command_center_list_topics);
}

Datum command_center_list_commands(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::list_commands(fcinfo); });
}

Datum command_center_list_command_versions(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::list_command_versions(fcinfo); });
}

Datum command_center_list_features(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::list_features(fcinfo); });
}

Datum command_center_list_routes(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::list_routes(fcinfo); });
}

Datum command_center_list_services(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::list_services(fcinfo); });
}

Datum command_center_list_environments(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::list_environments(fcinfo); });
}

Datum command_center_list_topics(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::list_topics(fcinfo); });
}

Datum command_center_list_events(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::list_events(fcinfo); });
}

Datum command_center_list_consumer_offsets(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::list_consumer_offsets(fcinfo); });
}

Datum command_center_list_subscriptions(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::list_subscriptions(fcinfo); });
}

Datum command_center_list_modules(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::list_modules(fcinfo); });
}

Datum command_center_list_audit(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::list_audit(fcinfo); });
}
