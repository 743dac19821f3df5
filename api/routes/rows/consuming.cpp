// What the relay gives to functions of the database.
#include "api/routes/rows/rows.hpp"
#include "api/routes/rows/shapes.hpp"

namespace command_center::api::routes::rows {
namespace {

const std::string kThisSubscription =
    "SELECT NULL::uuid AS id, s.version, '\"' || s.version || '\"' AS tag"
    " FROM command_center.list_subscriptions() AS s WHERE s.subscription = {subscription}";

std::string set_subscription(const std::string& expected) {
  return "command_center.set_subscription({subscription}, {topics}, {handler}, {startAt}, {filter}, {status},"
         " {maxAttempts}, {deadLetterTopic}, {schemaCheck}, {consumerGroup}, {groupSuffix}, {batchMessages},"
         " {batchWait}, " +
         expected + ")";
}

Binding subscription() {
  return path("subscription", "Its name");
}

std::vector<Binding> subscription_members() {
  return {subscription(),
          member("topics", "Of Kafka", Kind::kTexts),
          member("handler", "schema.name(command_center.kafka_message), or of an array of them"),
          member("startAt", "earliest, latest or a time; for topics that are not begun"),
          member("filter", "{\"header\": \"value\"} or {\"header\": [\"one\", \"other\"]}", Kind::kObject),
          one_of(member("status", "Whether it goes on"), {"active", "paused"}),
          within(member("maxAttempts", "5 at first", Kind::kInteger), 1, 100),
          member("deadLetterTopic", "The first topic with .dlq at first"),
          one_of(member("schemaCheck", "known at first"), {"known", "required", "off"}),
          member("consumerGroup", "Empty: one that is made of the name and this database"),
          member("groupSuffix", "Behind the group's name"),
          within(member("batchMessages", "500 at first", Kind::kInteger), 1, 10000),
          member("batchWait", "Up to 10 s", Kind::kInterval)};
}

std::vector<Binding> chosen_dead_letters() {
  return {required("subscription", "Whose they are"),
          required("reason", "Kept with them and in control_audit"),
          member("deadLetterIds", "Only these", Kind::kUuids),
          within(member("maxMessages", "So many, the oldest; 1,000 unless given", Kind::kInteger), 1, 1000),
          actor()};
}

const std::string kChosen =
    "({subscription}, {reason}, {deadLetterIds}, coalesce({maxMessages}, 1000), {actor})";

}  // namespace

void add_consuming(Rows& rows) {
  const std::string base = "/v1/command-center";
  const std::string one = base + "/subscriptions/{subscription}";
  rows.push_back(
      get(base + "/subscriptions", "listSubscriptions", "The subscriptions by name", "list_subscriptions")
          .schema("SubscriptionPage")
          .takes(paged({one_of(query("status", "Of one status"), {"active", "paused"})}))
          .sql(page_by(kSubscription, "s", "s.subscription", "command_center.list_subscriptions({status})")));
  rows.push_back(get(one, "getSubscription", "One subscription", "list_subscriptions")
                     .versioned(Versioning::kAnswersEtag)
                     .schema("Subscription")
                     .takes({subscription()})
                     .sql("SELECT " + object(kSubscription) +
                          ", '\"' || s.version || '\"' FROM command_center.list_subscriptions() AS s"
                          " WHERE s.subscription = {subscription}"));
  rows.push_back(
      put(one, "setSubscription",
          "Subscribes to topics of Kafka or changes a subscription; what is left out stays",
          "set_subscription")
          .makes(one)
          .tenants(TenantRule::kOperator)
          .versioned(Versioning::kTakesEtag)
          .schema("ChangedSubscription")
          .takes(subscription_members())
          .sql(conditional({kThisSubscription, set_subscription("condition.expected"), "NULL",
                            set_subscription("0"),
                            "json_build_object('subscription', {subscription}, 'version', changed)",
                            "'\"' || changed || '\"'", kMadeByVersion})));
  rows.push_back(
      remove(one, "removeSubscription", "Ends a subscription; its dead letters stay", "remove_subscription")
          .tenants(TenantRule::kOperator)
          .versioned(Versioning::kTakesVersion)
          .takes({subscription()})
          .sql(conditional({kThisSubscription,
                            "command_center.remove_subscription({subscription}, condition.expected)", "NULL",
                            "command_center.remove_subscription({subscription}, 0)", "to_json(1)"}) +
               " WHERE changed"));
  const auto reset = [](const std::string& expected) {
    return "command_center.reset_subscription({subscription}, {startAt}, " + expected + ")";
  };
  rows.push_back(
      post(one + "/reset", "resetSubscription",
           "Forgets how far a subscription has come: what was applied is applied again", "reset_subscription")
          .tenants(TenantRule::kOperator)
          .versioned(Versioning::kTakesEtag)
          .schema("ChangedSubscription")
          .takes({subscription(), member("startAt", "earliest, latest or a time; left out: as it is")})
          .sql(conditional({kThisSubscription, reset("condition.expected"), "NULL", reset("0"),
                            "json_build_object('subscription', {subscription}, 'version', changed)",
                            "'\"' || changed || '\"'"})));
  rows.push_back(
      get(one + "/offsets", "listConsumerOffsets", "How far a subscription has come in each partition",
          "list_consumer_offsets")
          .schema("ConsumerOffsetPage")
          .takes(paged({subscription()}))
          .sql(page_by(kConsumerOffset, "o", "(o.topic || '!' || lpad(o.partition::text, 10, '0'))",
                       "command_center.list_consumer_offsets({subscription})")));
  rows.push_back(
      put(one + "/offsets", "moveConsumerOffset",
          "Lets one partition of a subscription go on at another offset", "move_consumer_offset")
          .tenants(TenantRule::kOperator)
          .schema("MovedOffset")
          .takes({subscription(), required("topic", "Of the subscription"),
                  within(required("partition", "One that was begun", Kind::kInteger), 0, kMostInteger),
                  within(required("nextOffset", "What is applied next", Kind::kLong), 0, kMostLong), reason(),
                  within(member("expectedOffset", "Where it is now", Kind::kLong), 0, kMostLong)})
          .sql("SELECT json_build_object('subscription', {subscription}, 'nextOffset', {nextOffset},"
               " 'offsetBefore', command_center.move_consumer_offset({subscription}, {topic}, {partition},"
               " {nextOffset}, {reason}, {expectedOffset}))"));
  rows.push_back(
      get(base + "/dead-letters", "listDeadLetters",
          "The messages that subscriptions could not apply, oldest first", "list_dead_letters")
          .scope(identity::kControl)
          .tenants(TenantRule::kOperator)
          .schema("DeadLetterPage")
          .takes(
              paged({query("subscription", "Of one subscription"),
                     one_of(query("status", "waiting unless given"), {"waiting", "replayed", "discarded"})},
                    Kind::kUuid))
          .sql(page(kDeadLetter, {"l",
                                  "command_center.list_dead_letters({subscription}, coalesce({status},"
                                  " 'waiting'), {pageAfter}, coalesce({pageSize}, 100) + 1)",
                                  "l.dead_letter_id", "true", "l.dead_letter_id"})));
  rows.push_back(
      post(base + "/dead-letters/replay", "replayDeadLetters",
           "Gives dead letters to their handler again, an outcome for each", "replay_dead_letters")
          .tenants(TenantRule::kOperator)
          .schema("ReplayedDeadLetterList")
          .takes(chosen_dead_letters())
          .sql(list(kReplayedDeadLetter, "command_center.replay_dead_letters" + kChosen + " AS r")));
  rows.push_back(
      post(base + "/dead-letters/discard", "discardDeadLetters",
           "Writes down that dead letters need no replay", "discard_dead_letters")
          .tenants(TenantRule::kOperator)
          .schema("DiscardedDeadLetters")
          .takes(chosen_dead_letters())
          .sql("SELECT json_build_object('discarded', command_center.discard_dead_letters" + kChosen + ")"));
}

void add_parked(Rows& rows) {
  const std::string base = "/v1/command-center";
  const std::vector<Binding> chosen{required("messageIds", "At most 10,000", Kind::kUuids),
                                    required("reason", "Kept in control_audit"),
                                    member("publisher", "default unless given")};
  const std::string arguments = "({messageIds}, {reason}, coalesce({publisher}, 'default'))";
  rows.push_back(
      get(base + "/parked-messages", "listParked",
          "The messages that Kafka did not take and of which nobody has decided, in the order of the outbox",
          "list_parked")
          .scope(identity::kControl)
          .tenants(TenantRule::kOperator)
          .schema("ParkedMessagePage")
          .takes(paged({query("topic", "For one topic"), query("tenantId", "Of one tenant", Kind::kUuid),
                        one_of(query("reason", "Why"), {"refused", "topic", "behind"})},
                       Kind::kLong))
          .sql(page(kParked, {"p",
                              "command_center.list_parked({topic}, {tenantId}, {reason},"
                              " coalesce({pageSize}, 100) + 1, {pageAfter})",
                              "p.\"position\"", "true", "p.\"position\""})));
  rows.push_back(
      post(base + "/parked-messages/release", "releaseParked", "Sends messages after all", "release_parked")
          .tenants(TenantRule::kOperator)
          .schema("ReleasedMessages")
          .takes(chosen)
          .sql("SELECT json_build_object('released', command_center.release_parked" + arguments + ")"));
  rows.push_back(post(base + "/parked-messages/discard", "discardParked",
                      "Decides that messages are never sent, which releases what waits behind them",
                      "discard_parked")
                     .tenants(TenantRule::kOperator)
                     .schema("DiscardedMessages")
                     .takes(chosen)
                     .sql("SELECT json_build_object('discarded', d.discarded, 'released', d.released)"
                          " FROM command_center.discard_parked" +
                          arguments + " AS d"));
  rows.push_back(get(base + "/topic-holds", "listTopicHolds",
                     "The topics that take no message now, and what Kafka said", "list_topic_holds")
                     .tenants(TenantRule::kOperator)
                     .schema("TopicHoldPage")
                     .takes(paged({query("publisher", "default unless given")}))
                     .sql(page_by(kTopicHold, "h", "h.topic",
                                  "command_center.list_topic_holds(coalesce({publisher}, 'default'))")));
}

}  // namespace command_center::api::routes::rows
