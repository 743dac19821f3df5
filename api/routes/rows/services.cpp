// Who commands go to, and by which topics.
#include "api/routes/rows/rows.hpp"
#include "api/routes/rows/shapes.hpp"

namespace command_center::api::routes::rows {
namespace {

const std::string kThisTopic =
    "SELECT NULL::uuid AS id, t.version, '\"' || t.version || '\"' AS tag FROM command_center.list_topics() "
    "AS t"
    " WHERE t.topic = {topic}";

std::string set_topic(const std::string& expected) {
  return "command_center.set_topic({topic}, {partitions}, {cleanup}, {maxMessageBytes}, {envelope}, "
         "{keyRequired},"
         " {owner}, " +
         expected + ", {kind})";
}

}  // namespace

void add_services(Rows& rows) {
  const std::string base = "/v1/command-center";
  const Binding service = path("serviceId", "Such as guests-service");
  rows.push_back(
      get(base + "/services", "listServices", "The services by id", "list_services")
          .schema("ServicePage")
          .takes(paged({one_of(query("status", "Of one status"), {"healthy", "draining", "down"}),
                        query("owner", "Of one owner")}))
          .sql(page_by(kService, "s", "s.service_id", "command_center.list_services({status}, {owner})")));
  rows.push_back(get(base + "/services/{serviceId}", "getService", "One service", "list_services")
                     .schema("Service")
                     .takes({service})
                     .sql("SELECT " + object(kService) +
                          " FROM command_center.list_services() AS s WHERE s.service_id = {serviceId}"));
  rows.push_back(put(base + "/services/{serviceId}", "setService",
                     "Adds a service or changes it; what is left out stays", "set_service")
                     .makes(base + "/services/{serviceId}")
                     .tenants(TenantRule::kOperator)
                     .schema("ChangedService")
                     .takes({service, member("owner", "Whose it is"),
                             one_of(member("status", "The last two take no new commands"),
                                    {"healthy", "draining", "down"}),
                             member("topic", "Where commands to it go unless the template names a topic"),
                             member("handler", "A function in the database that handles them instead")})
                     .sql(noting_what_is_made(
                         "SELECT 1 FROM command_center.list_services() AS s WHERE s.service_id = {serviceId}",
                         "json_build_object('serviceId', {serviceId})",
                         "command_center.set_service(CASE WHEN known.stood THEN {serviceId} ELSE {serviceId} "
                         "END, {owner}, "
                         "{status}, {topic}, {handler})")));
  rows.push_back(
      remove(base + "/services/{serviceId}", "removeService", "Removes a service that nothing names any more",
             "remove_service")
          .tenants(TenantRule::kOperator)
          .takes({service})
          .sql("SELECT 1 FROM command_center.remove_service({serviceId}) AS removed WHERE removed"));
  const Binding topic = path("topic", "Such as guest.events");
  rows.push_back(get(base + "/topics", "listTopics", "The declared topics", "list_topics")
                     .schema("TopicPage")
                     .takes(paged({one_of(query("kind", "Of one kind"), {"events", "commands"}),
                                   query("owner", "Of one owner")}))
                     .sql(page_by(kTopic, "t", "t.topic", "command_center.list_topics({kind}, {owner})")));
  rows.push_back(get(base + "/topics/{topic}", "getTopic", "One topic", "list_topics")
                     .versioned(Versioning::kAnswersEtag)
                     .schema("Topic")
                     .takes({topic})
                     .sql("SELECT " + object(kTopic) +
                          ", '\"' || t.version || '\"' FROM command_center.list_topics() AS t"
                          " WHERE t.topic = {topic}"));
  rows.push_back(
      put(base + "/topics/{topic}", "setTopic", "Declares a topic or changes it; what is left out stays",
          "set_topic")
          .makes(base + "/topics/{topic}")
          .tenants(TenantRule::kOperator)
          .versioned(Versioning::kTakesEtag)
          .schema("ChangedTopic")
          .takes({topic, within(member("partitions", "Never fewer than before", Kind::kInteger), 1, 10000),
                  one_of(member("cleanup", "As Kafka's cleanup.policy"),
                         {"delete", "compact", "compact,delete"}),
                  within(member("maxMessageBytes", "Of one message", Kind::kInteger), 1024, 1073741824),
                  one_of(member("envelope", "raw: the payload alone"), {"cloudevents", "raw"}),
                  member("keyRequired", "Whether an event must say its partition key", Kind::kBoolean),
                  member("owner", "The database role that alone may publish events to it; empty: everybody"),
                  one_of(member("kind", "What it is for"), {"events", "commands"})})
          .sql(conditional({kThisTopic, set_topic("condition.expected"), "NULL", set_topic("0"),
                            "json_build_object('topic', {topic}, 'version', changed)",
                            "'\"' || changed || '\"'", kMadeByVersion})));
  rows.push_back(remove(base + "/topics/{topic}", "removeTopic",
                        "Takes back the declaration of a topic; it stays in Kafka", "remove_topic")
                     .tenants(TenantRule::kOperator)
                     .versioned(Versioning::kTakesVersion)
                     .takes({topic})
                     .sql(conditional({kThisTopic, "command_center.remove_topic({topic}, condition.expected)",
                                       "NULL", "command_center.remove_topic({topic}, 0)", "to_json(1)"}) +
                          " WHERE changed"));
  rows.push_back(put(base + "/undeclared-topics", "setUndeclaredTopics",
                     "Says what becomes of events for topics that nobody declared", "set_undeclared_topics")
                     .tenants(TenantRule::kOperator)
                     .schema("ChangedPolicy")
                     .takes({one_of(required("policy", "What becomes of them"), {"refuse", "allow"})})
                     .sql("SELECT json_build_object('policy', {policy}, 'changed',"
                          " command_center.set_undeclared_topics({policy}))"));
}

}  // namespace command_center::api::routes::rows
