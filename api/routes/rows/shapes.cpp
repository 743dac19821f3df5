#include "api/routes/rows/shapes.hpp"

namespace command_center::api::routes::rows {
namespace {

// A list answers at most about 256 kB.
constexpr const char* kMostBytes = "250000";
constexpr const char* kRows = "coalesce({pageSize}, 100)";

const std::vector<std::string> kTemplateStatus{"draft", "active", "deprecated"};
const std::vector<std::string> kDispatchStatus{"received",  "published", "consumed",
                                               "completed", "failed",    "ignored"};

// ISO 8601, as it is taken: the sessions of the daemons say intervals in another style.
std::string duration(const std::string& interval) {
  return "format('P%sM%sDT%sS', extract(year FROM " + interval + ") * 12 + extract(month FROM " + interval +
         "), extract(day FROM " + interval + "), trim_scale(extract(hour FROM " + interval +
         ") * 3600 + extract(minute FROM " + interval + ") * 60 + extract(second FROM " + interval + ")))";
}
std::string duration_or_null(const std::string& interval) {
  return "CASE WHEN " + interval + " IS NOT NULL THEN " + duration(interval) + " END";
}

// NULL for ever.
std::string finite(const std::string& time) {
  return "CASE WHEN isfinite(" + time + ") THEN " + time + " END";
}

std::vector<Field> template_fields(const std::string& row) {
  return {{"version", row + ".version", Kind::kInteger},
          {"status", row + ".status", Kind::kText, Null::kNever, kTemplateStatus},
          {"description", row + ".description", Kind::kText, Null::kMaybe},
          {"defaultTarget", row + ".default_target", Kind::kText, Null::kMaybe},
          {"topic", row + ".topic", Kind::kText, Null::kMaybe},
          {"requiredModules", row + ".required_modules", Kind::kTexts},
          {"requiredRoles", row + ".required_roles", Kind::kTexts},
          {"availability", row + ".availability", Kind::kText, Null::kNever, {"default", "opt_in"}},
          {"partitionKey", row + ".partition_key", Kind::kText, Null::kMaybe},
          {"ordered", row + ".ordered", Kind::kBoolean},
          {"sla", duration_or_null(row + ".sla"), Kind::kInterval, Null::kMaybe},
          {"registeredAt", row + ".registered_at", Kind::kTime}};
}

std::vector<Field> dispatch_fields() {
  return {{"commandId", "d.command_id", Kind::kUuid},
          {"commandName", "d.command_name"},
          {"status", "d.status", Kind::kText, Null::kNever, kDispatchStatus},
          {"targetService", "d.target_service", Kind::kText, Null::kMaybe},
          {"alsoTargets", "coalesce(d.also_targets, '{}')", Kind::kTexts},
          {"correlationId", "d.correlation_id", Kind::kText, Null::kMaybe},
          {"mode", "d.mode", Kind::kText, Null::kNever, {"execute", "observe"}},
          {"environment", "d.environment", Kind::kText, Null::kMaybe},
          {"propertyId", "d.property_id", Kind::kUuid, Null::kMaybe},
          {"receivedAt", "d.received_at", Kind::kTime}};
}

std::vector<Field> before(std::vector<Field> first, const std::vector<Field>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

}  // namespace

const Shape kCommand{"Command",
                     before({{"commandName", "c.command_name"}},
                            before(template_fields("c"), {{"owner", "c.owner", Kind::kText, Null::kMaybe}}))};
const Shape kCommandVersion{
    "CommandVersion",
    before(template_fields("v"), {{"payloadSchema", "v.payload_schema", Kind::kAny},
                                  {"examples", "v.examples", Kind::kObject, Null::kMaybe}})};
const Shape kRoute{"Route",
                   {{"routeId", "r.route_id", Kind::kUuid},
                    {"version", "r.version", Kind::kInteger},
                    {"command", "r.command_name"},
                    {"environment", "r.environment", Kind::kText, Null::kMaybe},
                    {"tenantId", "r.tenant_id", Kind::kUuid, Null::kMaybe},
                    {"propertyId", "r.property_id", Kind::kUuid, Null::kMaybe},
                    {"targets", "r.policy -> 'targets'", Kind::kArray, Null::kMaybe},
                    {"fallback", "r.policy -> 'fallback'", Kind::kText, Null::kMaybe},
                    {"also", "r.policy -> 'also'", Kind::kTexts, Null::kMaybe},
                    {"stickiness", "r.policy -> 'stickiness'", Kind::kText, Null::kMaybe, {"key", "command"}},
                    {"status", "r.status", Kind::kText, Null::kNever, {"draft", "active", "retired"}},
                    {"changedAt", "r.changed_at", Kind::kTime}}};
const Shape kFeature{"Feature",
                     {{"featureId", "f.feature_id", Kind::kUuid},
                      {"version", "f.version", Kind::kInteger},
                      {"commandName", "f.command_name", Kind::kText, Null::kMaybe},
                      {"environment", "f.environment", Kind::kText, Null::kMaybe},
                      {"tenantId", "f.tenant_id", Kind::kUuid, Null::kMaybe},
                      {"propertyId", "f.property_id", Kind::kUuid, Null::kMaybe},
                      {"role", "f.role", Kind::kText, Null::kMaybe},
                      {"status", "f.status", Kind::kText, Null::kNever, {"enabled", "observe", "disabled"}},
                      {"limits", "f.limits", Kind::kObject, Null::kMaybe},
                      {"changedAt", "f.changed_at", Kind::kTime}}};
const Shape kService{"Service",
                     {{"serviceId", "s.service_id"},
                      {"owner", "s.owner", Kind::kText, Null::kMaybe},
                      {"status", "s.status", Kind::kText, Null::kNever, {"healthy", "draining", "down"}},
                      {"topic", "s.topic", Kind::kText, Null::kMaybe},
                      {"handler", "s.handler", Kind::kText, Null::kMaybe},
                      {"changedAt", "s.changed_at", Kind::kTime}}};
const Shape kModule{"Module", {{"module", "m.module"}, {"enabledAt", "m.enabled_at", Kind::kTime}}};
const Shape kEnvironment{"Environment",
                         {{"environment", "e.environment"},
                          {"isOpen", "e.is_open", Kind::kBoolean},
                          {"declaredAt", "e.declared_at", Kind::kTime}}};
const Shape kTopic{
    "Topic",
    {{"topic", "t.topic"},
     {"kind", "t.kind", Kind::kText, Null::kNever, {"events", "commands"}},
     {"version", "t.version", Kind::kInteger},
     {"partitions", "t.partitions", Kind::kInteger},
     {"cleanup", "t.cleanup", Kind::kText, Null::kNever, {"delete", "compact", "compact,delete"}},
     {"maxMessageBytes", "t.max_message_bytes", Kind::kInteger},
     {"envelope", "t.envelope", Kind::kText, Null::kNever, {"cloudevents", "raw"}},
     {"keyRequired", "t.key_required", Kind::kBoolean},
     {"owner", "t.owner", Kind::kText, Null::kMaybe},
     {"changedAt", "t.changed_at", Kind::kTime}}};
const Shape kEvent{"EventType",
                   {{"eventType", "e.event_type"},
                    {"version", "e.version", Kind::kInteger},
                    {"status", "e.status", Kind::kText, Null::kNever, {"active", "deprecated"}},
                    {"topic", "e.topic"},
                    {"ordered", "e.ordered", Kind::kBoolean},
                    {"description", "e.description", Kind::kText, Null::kMaybe},
                    {"registeredAt", "e.registered_at", Kind::kTime},
                    {"schema", "e.schema", Kind::kAny}}};
const Shape kSubscription{
    "Subscription",
    {{"subscription", "s.subscription"},
     {"subscriptionId", "s.subscription_id", Kind::kUuid},
     {"version", "s.version", Kind::kInteger},
     {"status", "s.status", Kind::kText, Null::kNever, {"active", "paused"}},
     {"topics", "s.topics", Kind::kTexts},
     {"handler", "s.handler"},
     {"startAt", "s.start_at"},
     {"filter", "s.filter", Kind::kObject, Null::kMaybe},
     {"maxAttempts", "s.max_attempts", Kind::kInteger},
     {"deadLetterTopic", "s.dead_letter_topic"},
     {"schemaCheck", "s.schema_check", Kind::kText, Null::kNever, {"known", "required", "off"}},
     {"consumerGroup", "s.consumer_group"},
     {"batchMessages", "s.batch_messages", Kind::kInteger},
     {"batchWait", duration("s.batch_wait"), Kind::kInterval},
     {"changedAt", "s.changed_at", Kind::kTime}}};
const Shape kConsumerOffset{"ConsumerOffset",
                            {{"topic", "o.topic"},
                             {"partition", "o.partition", Kind::kInteger},
                             {"nextOffset", "o.next_offset", Kind::kLong},
                             {"endOffset", "o.end_offset", Kind::kLong, Null::kMaybe},
                             {"lag", "o.lag", Kind::kLong, Null::kMaybe},
                             {"messageTimestamp", "o.message_timestamp", Kind::kTime, Null::kMaybe},
                             {"advancedAt", "o.advanced_at", Kind::kTime}}};
const Shape kDeadLetter{
    "DeadLetter",
    {{"deadLetterId", "l.dead_letter_id", Kind::kUuid},
     {"subscription", "l.subscription"},
     {"status", "l.status", Kind::kText, Null::kNever, {"waiting", "replayed", "discarded"}},
     {"failedAt", "l.failed_at", Kind::kTime},
     {"topic", "l.topic"},
     {"partition", "l.partition", Kind::kInteger},
     {"offset", "l.\"offset\"", Kind::kLong},
     {"key", "l.key", Kind::kText, Null::kMaybe},
     {"value", "l.value", Kind::kText, Null::kMaybe},
     {"headers", "l.headers", Kind::kAny},
     {"attempts", "l.attempts", Kind::kInteger},
     {"sqlstate", "l.sqlstate", Kind::kText, Null::kMaybe},
     {"error", "l.error", Kind::kText, Null::kMaybe},
     {"detail", "l.detail", Kind::kText, Null::kMaybe},
     {"lastReplayAt", "l.last_replay_at", Kind::kTime, Null::kMaybe},
     {"lastReplayError", "l.last_replay_error", Kind::kText, Null::kMaybe}}};
const Shape kParked{"ParkedMessage",
                    {{"messageId", "p.message_id", Kind::kUuid},
                     {"parkedAt", "p.parked_at", Kind::kTime},
                     {"reason", "p.reason", Kind::kText, Null::kNever, {"refused", "topic", "behind"}},
                     {"detail", "p.detail", Kind::kText, Null::kMaybe},
                     {"topic", "p.topic"},
                     {"tenantId", "p.tenant_id", Kind::kUuid, Null::kMaybe},
                     {"commandId", "p.command_id", Kind::kUuid, Null::kMaybe},
                     {"partitionKey", "p.partition_key", Kind::kText, Null::kMaybe},
                     {"ordered", "p.ordered", Kind::kBoolean, Null::kMaybe},
                     {"bytes", "p.bytes", Kind::kInteger},
                     {"position", "p.\"position\"", Kind::kLong},
                     {"publisher", "p.publisher"},
                     {"batchId", "p.batch_id", Kind::kLong, Null::kMaybe}}};
const Shape kTopicHold{"TopicHold",
                       {{"topic", "h.topic"},
                        {"since", "h.since", Kind::kTime, Null::kMaybe},
                        {"detail", "h.detail", Kind::kText, Null::kMaybe}}};
const Shape kDispatch{"DispatchSummary", dispatch_fields()};
const Shape kFoundDispatch{"FoundDispatch",
                           before({{"tenantId", "d.tenant_id", Kind::kUuid}}, dispatch_fields())};
const Shape kAuditRow{"AuditRow",
                      {{"auditId", "a.audit_id", Kind::kUuid},
                       {"changedAt", "a.changed_at", Kind::kTime},
                       {"sessionRole", "a.session_role"},
                       {"role", "a.role"},
                       {"actor", "a.actor", Kind::kText, Null::kMaybe},
                       {"action", "a.action"},
                       {"object", "a.object"},
                       {"before", "a.before", Kind::kAny},
                       {"after", "a.after", Kind::kAny},
                       {"reason", "a.reason", Kind::kText, Null::kMaybe}}};
const Shape kFinding{"Finding",
                     {{"severity", "severity", Kind::kText, Null::kNever, {"error", "warning"}},
                      {"keyword", "keyword", Kind::kText, Null::kMaybe},
                      {"location", "location", Kind::kText, Null::kMaybe},
                      {"message", "message"}}};
const Shape kDoctorFinding{
    "DoctorFinding",
    {{"severity", "f.severity", Kind::kText, Null::kNever, {"error", "warning", "info"}},
     {"name", "f.name"},
     {"finding", "f.finding"},
     {"remedy", "f.remedy", Kind::kText, Null::kMaybe}}};
const Shape kHealthCheck{
    "HealthCheck",
    {{"name", "h.name"},
     {"severity", "h.severity", Kind::kText, Null::kNever, {"ok", "warning", "critical"}},
     {"finding", "h.finding"}}};
const Shape kOutboxStatus{
    "OutboxStatus",
    {{"publisher", "o.publisher"},
     {"pendingMessages", "o.pending_messages", Kind::kLong, Null::kMaybe},
     {"pendingIsExact", "o.pending_is_exact", Kind::kBoolean, Null::kMaybe},
     {"oldestPendingAgeSeconds", "extract(epoch FROM o.oldest_pending_age)", Kind::kNumber, Null::kMaybe},
     {"lastBatchId", "o.last_batch_id", Kind::kLong, Null::kMaybe},
     {"publishedThrough", "o.published_through", Kind::kLong, Null::kMaybe},
     {"lastPublishedAt", "o.last_published_at", Kind::kTime, Null::kMaybe},
     {"leaseHolder", "o.lease_holder", Kind::kText, Null::kMaybe},
     {"leaseExpiresAt", "o.lease_expires_at", Kind::kTime, Null::kMaybe}}};
const Shape kReplayedDispatch{
    "ReplayedDispatch",
    {{"commandId", "r.command_id", Kind::kUuid},
     {"outcome", "r.outcome", Kind::kText, Null::kNever, {"replayed", "refused", "replayable"}},
     {"messages", "r.messages", Kind::kInteger, Null::kMaybe},
     {"code", "r.sqlstate", Kind::kText, Null::kMaybe},
     {"detail", "r.message", Kind::kText, Null::kMaybe}}};
const Shape kReplayedDeadLetter{"ReplayedDeadLetter",
                                {{"deadLetterId", "r.dead_letter_id", Kind::kUuid},
                                 {"outcome", "r.outcome", Kind::kText, Null::kNever, {"replayed", "failed"}},
                                 {"code", "r.sqlstate", Kind::kText, Null::kMaybe},
                                 {"detail", "r.message", Kind::kText, Null::kMaybe}}};
const Shape kReplayedMessage{"ReplayedMessage",
                             {{"messageId", "m.message_id", Kind::kUuid},
                              {"originalMessageId", "m.original_message_id", Kind::kUuid, Null::kMaybe},
                              {"targetService", "m.target_service", Kind::kText, Null::kMaybe}}};
const Shape kLockOutcome{
    "LockOutcome",
    {{"status", "o.status", Kind::kText, Null::kNever, {"LOCKED", "RELEASED", "AVAILABLE"}},
     {"lockId", "o.lock_id", Kind::kUuid, Null::kMaybe},
     {"version", "o.version", Kind::kLong, Null::kMaybe},
     {"expiresAt", finite("o.expires_at"), Kind::kTime, Null::kMaybe}}};
const Shape kLock{"Lock",
                  {{"lockId", "l.lock_id", Kind::kUuid},
                   {"reservationId", "l.reservation_id", Kind::kUuid},
                   {"line", "l.line", Kind::kText, Null::kMaybe},
                   {"roomTypeId", "l.room_type_id", Kind::kUuid},
                   {"roomId", "l.room_id", Kind::kUuid, Null::kMaybe},
                   {"propertyId", "l.property_id", Kind::kUuid, Null::kMaybe},
                   {"stayStart", "lower(l.stay)", Kind::kDate},
                   {"stayEnd", "upper(l.stay)", Kind::kDate},
                   {"hold", "l.hold", Kind::kText, Null::kNever, {"tentative", "counting", "confirmed"}},
                   {"version", "l.version", Kind::kLong},
                   {"expiresAt", finite("l.expires_at"), Kind::kTime, Null::kMaybe},
                   {"idempotencyKey", "l.idempotency_key", Kind::kText, Null::kMaybe},
                   {"lockedAt", "l.locked_at", Kind::kTime}}};
const Shape kNight{"Night",
                   {{"night", "n.night", Kind::kDate},
                    {"capacity", "n.capacity", Kind::kInteger, Null::kMaybe},
                    {"overbooking", "n.overbooking", Kind::kInteger, Null::kMaybe},
                    {"outOfOrder", "n.out_of_order", Kind::kInteger, Null::kMaybe},
                    {"held", "n.held", Kind::kInteger},
                    {"available", "n.available", Kind::kInteger, Null::kMaybe}}};
const Shape kSimulated{"SimulatedTarget",
                       {{"targetService", "s.target_service", Kind::kText, Null::kMaybe},
                        {"dispatches", "s.dispatches", Kind::kLong},
                        {"dispatchedBefore", "s.dispatched_before", Kind::kLong}}};

const std::vector<const Shape*>& shapes() {
  static const std::vector<const Shape*> all{&kCommand,
                                             &kCommandVersion,
                                             &kRoute,
                                             &kFeature,
                                             &kService,
                                             &kModule,
                                             &kEnvironment,
                                             &kTopic,
                                             &kEvent,
                                             &kSubscription,
                                             &kConsumerOffset,
                                             &kDeadLetter,
                                             &kParked,
                                             &kTopicHold,
                                             &kDispatch,
                                             &kFoundDispatch,
                                             &kAuditRow,
                                             &kFinding,
                                             &kDoctorFinding,
                                             &kHealthCheck,
                                             &kOutboxStatus,
                                             &kReplayedDispatch,
                                             &kReplayedDeadLetter,
                                             &kReplayedMessage,
                                             &kSimulated,
                                             &kLockOutcome,
                                             &kLock,
                                             &kNight};
  return all;
}

std::string object(const Shape& shape) {
  std::string text = "json_build_object(";
  for (const Field& field : shape.fields) {
    if (text.back() != '(') text += ", ";
    text += "'" + field.name + "', " + field.sql;
  }
  return text + ")";
}

std::string page(const Shape& shape, const Page& page) {
  const std::string rows = kRows;
  const std::string& alias = page.alias;
  return "WITH found AS (SELECT " + object(shape) + " AS item, " + alias +
         ".page_key, row_number() OVER (ORDER BY " + page.order + ") AS place FROM (SELECT " + alias +
         ".*, " + page.key + " AS page_key FROM " + page.from + " AS " + alias + " WHERE (" + page.where +
         ") AND ({pageAfter} IS NULL OR " + page.behind + ") ORDER BY " + page.order + " LIMIT " + rows +
         " + 1) AS " + alias +
         "), measured AS (SELECT item, page_key, place, sum(octet_length(item::text) + 1) OVER (ORDER BY "
         "place)"
         " AS bytes FROM found), kept AS (SELECT * FROM measured WHERE place <= " +
         rows + " AND (place = 1 OR bytes <= " + kMostBytes +
         ")) SELECT json_build_object('items', coalesce((SELECT json_agg(item ORDER BY place) FROM kept), "
         "'[]'::json), 'nextPageAfter', CASE WHEN (SELECT count(*) FROM kept) < (SELECT count(*) FROM found)"
         " THEN (SELECT page_key FROM kept ORDER BY place DESC LIMIT 1) END)";
}

std::string page_by(const Shape& shape, const std::string& alias, const std::string& key,
                    const std::string& from, const std::string& where) {
  const std::string ordered = key + " COLLATE \"C\"";
  return page(shape, {alias, from, key, ordered + " > {pageAfter}", ordered, where});
}

std::string list(const Shape& shape, const std::string& from) {
  return "SELECT json_build_object('items', coalesce(json_agg(" + object(shape) + "), '[]'::json)) FROM " +
         from;
}

std::string findings(const std::string& call, const std::string& column) {
  return "SELECT json_build_object('findings', coalesce(json_agg(" + object(kFinding) +
         "), '[]'::json)) AS " + column + " FROM " + call;
}

std::string findings_of_making(const std::string& call) {
  return "SELECT f.findings, CASE WHEN pg_current_xact_id_if_assigned() IS NOT NULL THEN 't' END FROM (" +
         findings(call) + ") AS f";
}

}  // namespace command_center::api::routes::rows
