// What services tell: events.
#include "api/routes/rows/rows.hpp"
#include "api/routes/rows/shapes.hpp"

namespace command_center::api::routes::rows {
namespace {

// A payload of null is a tombstone, and a trace goes on in the event's headers unless these say otherwise.
const std::string kEventArguments =
    "({topic}, {eventType}, nullif({payload}, 'null'), {tenant}, {partitionKey},"
    " CASE WHEN {traceparent} IS NULL THEN {headers} ELSE jsonb_strip_nulls("
    "jsonb_build_object('traceparent', {traceparent}, 'tracestate', {tracestate})) || coalesce({headers}, "
    "'{}') END, coalesce({ordered}, false), {correlationId}, {version})";

std::vector<Binding> event_members() {
  return {
      required("topic", "A declared one"),
      required("eventType", "Such as guest.registered"),
      required("payload", "null: a tombstone, for a compacted topic", Kind::kAny),
      member("partitionKey", "The tenant's id unless given"),
      member("headers", "{\"name\": \"text\"}", Kind::kObject),
      member("ordered", "Events of this key keep the order of their commits", Kind::kBoolean),
      {"correlationId", Place::kBody, Kind::kText, Presence::kOptional,
       "As the header x-correlation-id, which it goes before", "x-correlation-id"},
      within(member("version", "Of the registered event; the newest unless given", Kind::kInteger), 1,
             kMostInteger),
      {"traceparent", Place::kHeader, Kind::kText, Presence::kOptional, "W3C trace context", "traceparent"},
      {"tracestate", Place::kHeader, Kind::kText, Presence::kOptional, "Goes with it", "tracestate"},
      tenant()};
}

}  // namespace

void add_events(Rows& rows) {
  const std::string base = "/v1/command-center";
  rows.push_back(
      post("/v1/events", "publishEvent", "Queues an event of a service's own", "publish_event")
          .scope(identity::kExecute)
          .tenants(TenantRule::kRequired)
          .answers(Answer::kAccepted)
          .schema("PublishedEvent")
          .takes(event_members())
          .sql("SELECT json_build_object('status', 'accepted', 'messageId', command_center.publish_event" +
               kEventArguments + ")"));
  rows.push_back(post("/v1/events/explain", "explainEvent", "What publishEvent would do now; writes nothing",
                      "explain_event")
                     .scope(identity::kExecute)
                     .tenants(TenantRule::kRequired)
                     .schema("EventExplanation")
                     .takes(event_members())
                     .sql("SELECT command_center.explain_event" + kEventArguments));
  rows.push_back(
      get(base + "/events", "listEvents", "The registered events by name, every version, the newest first",
          "list_events")
          .schema("EventTypePage")
          .takes(paged({query("topic", "For one topic"),
                        one_of(query("status", "Of one status"), {"active", "deprecated"})}))
          // Versions have at most ten digits.
          .sql(page_by(kEvent, "e", "(e.event_type || '!' || lpad((2147483647 - e.version)::text, 10, '0'))",
                       "command_center.list_events({topic}, {status})")));
  rows.push_back(
      post(base + "/events", "registerEvent", "Adds a version of an event", "register_event")
          .tenants(TenantRule::kOperator)
          .makes(base + "/events/{eventType}")
          .schema("Findings")
          .takes({required("eventType", "Such as guest.registered"),
                  required("topic", "A declared one, for events"),
                  member("schema", "JSON Schema; left out: any payload", Kind::kSchema),
                  member("ordered", "Events of one key are always published in the order of their commits",
                         Kind::kBoolean),
                  within(member("version", "The next one, where that is to be sure", Kind::kInteger), 1,
                         kMostInteger),
                  member("examples", "{\"valid\": [...], \"invalid\": [...]}", Kind::kObject),
                  member("description", "For people")})
          .sql(findings_of_making(
              "command_center.register_event({eventType}, {topic}, {schema}, coalesce({ordered}, false),"
              " {version}, {examples}, {description})")));
  rows.push_back(
      get(base + "/events/{eventType}", "listEventVersions", "Every version of an event, the newest first",
          "list_events")
          .schema("EventTypePage")
          .takes(paged({path("eventType", "Such as guest.registered")}, Kind::kInteger))
          .sql("SELECT (" +
               page(kEvent, {"e", "command_center.list_events()", "e.version", "e.version < {pageAfter}",
                             "e.version DESC", "e.event_type = {eventType}"}) +
               ") WHERE EXISTS (SELECT FROM command_center.list_events() AS e"
               " WHERE e.event_type = {eventType})"));
  rows.push_back(
      remove(base + "/events/{eventType}", "deprecateEvent",
             "Takes a version of an event out of use, the newest active one unless version says which",
             "deprecate_event")
          .tenants(TenantRule::kOperator)
          .takes({path("eventType", "Such as guest.registered"),
                  within(query("version", "Which", Kind::kInteger), 1, kMostInteger)})
          .sql("SELECT command_center.deprecate_event({eventType}, {version})"));
}

}  // namespace command_center::api::routes::rows
