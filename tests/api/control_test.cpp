// What operators do by HTTP: topics, events, subscriptions, dead letters, parked messages, audit.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "api/routes/route.hpp"
#include "tests/api/support/answers.hpp"
#include "tests/api/support/api_process.hpp"
#include "tests/api/support/guard.hpp"
#include "tests/api/support/http_client.hpp"

namespace command_center::api_tests {
namespace {

using Names = std::vector<std::string>;

const std::string kBase = "/v1/command-center";
const std::string kUnknown = "99999999-9999-4999-8999-999999999999";
const std::string kRoomType = "20000000-0000-4000-8000-000000000001";

class Control : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = std::make_unique<Database>();
    install_guard(*database_);
    api_ = std::make_unique<ApiProcess>(*database_, ApiOptions{{"--auth", "none"}});
  }
  static void TearDownTestSuite() {
    api_.reset();
    database_.reset();
  }

  static HttpHeaders headers() {
    return {"x-tenant-id: " + database_->tenant(), "X-User-Id: u1", "X-User-Role: ADMIN"};
  }
  HttpAnswer put(const std::string& path, const std::string& body, const HttpHeaders& more = {}) {
    return http_.send("PUT", path, body, more);
  }
  HttpAnswer post(const std::string& path, const std::string& body) { return http_.post(path, body); }

  // What a relay would do with three messages that cannot be applied.
  void bring_three_bad_messages(const std::string& subscription, const std::string& topic) {
    const std::string id =
        "(SELECT subscription_id FROM command_center.subscriptions WHERE subscription = '" + subscription +
        "')";
    const std::string from = "ARRAY[ROW('" + topic + "', 0, 1, 1, 100)::command_center.consumer_position]";
    const std::string named = "('" + subscription + "', " + id + ", " + from;
    client_.query("SELECT command_center.begin_consuming" + named + ")");
    client_.query("SELECT command_center.apply_messages" + named + ", ARRAY(SELECT ROW('" + topic +
                  "', 0, n, now(), 'k' || n, 'bad', '{}', NULL, NULL, NULL)"
                  "::command_center.kafka_message FROM generate_series(1, 3) AS n))");
  }

  static std::unique_ptr<Database> database_;
  static std::unique_ptr<ApiProcess> api_;
  HttpClient http_{api_->http_port(), headers()};
  Client client_ = database_->connect();
};
std::unique_ptr<Database> Control::database_;
std::unique_ptr<ApiProcess> Control::api_;

TEST_F(Control, TopicsAreChangedByWhoKnowsTheirVersion) {
  const std::string path = kBase + "/topics/control.events";
  EXPECT_EQ(verdict(http_.get(path)), "404 KC002");
  EXPECT_EQ(verdict(put(path, "{}", {"If-Match: *"})), "412 KC006");
  EXPECT_EQ(verdict(put(path, "{}", {"If-Match: \"1\""})), "412 KC006");
  const HttpAnswer made = put(path, R"({"partitions":3})", {"If-None-Match: *"});
  EXPECT_EQ(verdict(made), "201");
  EXPECT_EQ(verdict(put(path, "{}", {"If-None-Match: *"})), "412 KC006");
  const HttpAnswer topic = http_.get(path);
  EXPECT_EQ(topic.header("etag"), made.header("etag"));
  EXPECT_EQ(member(topic, "partitions"), "3");
  EXPECT_EQ(http_.get(path, {"If-None-Match: \"7\", W/" + topic.header("etag")}).status, 304);
  EXPECT_EQ(http_.get(path, {"If-None-Match: \"7\""}).status, 200);
  EXPECT_EQ(verdict(http_.get(path, {"If-Match: \"7\""})), "412 KC006");
  EXPECT_EQ(http_.get(path, {"If-Match: *"}).status, 200);
  EXPECT_EQ(verdict(put(path, R"({"partitions":4})", {"If-None-Match: " + topic.header("etag")})),
            "412 KC006");
  EXPECT_EQ(verdict(put(path, R"({"partitions":4})", {"If-Match: W/" + topic.header("etag")})), "412 KC006");
  const HttpAnswer changed = put(path, R"({"partitions":4})", {"If-Match: \"9\", " + topic.header("etag")});
  EXPECT_EQ(verdict(changed), "200");
  EXPECT_EQ(verdict(put(path, R"({"partitions":5})", {"If-Match: " + topic.header("etag")})), "412 KC006");
  EXPECT_EQ(verdict(put(path, R"({"partitions":5})", {"If-Match: *"})), "200");
  EXPECT_EQ(verdict(put(path, R"({"partitions":2})")), "422 KC013");
  EXPECT_EQ(verdict(http_.send("DELETE", path, "", {"If-Match: " + topic.header("etag")})), "412 KC006");
  EXPECT_EQ(http_.send("DELETE", path, "", {"If-Match: *"}).status, 204);
  EXPECT_EQ(verdict(http_.send("DELETE", path)), "404 KC002");
  EXPECT_EQ(member(put(kBase + "/undeclared-topics", R"({"policy":"allow"})"), "changed"), "true");
  EXPECT_EQ(member(put(kBase + "/undeclared-topics", R"({"policy":"refuse"})"), "changed"), "true");
}

// By RFC 9110: 201 with Location where there was nothing, else 200; what is there can be asked for.
TEST_F(Control, WhatIsMadeSaysWhereItIs) {
  client_.query(
      "CREATE FUNCTION public.take_made(message command_center.kafka_message) RETURNS void LANGUAGE sql"
      " SET search_path = pg_catalog AS 'SELECT'");
  struct Making {
    std::string method, path, body, location;
  };
  const std::string target = R"("targets":[{"serviceId":"orders","weight":1}])";
  const std::string of_tenant = "?tenantId=" + database_->tenant();
  const std::vector<Making> makings{
      {"PUT", "/services/made", "{}", "/services/made"},
      {"PUT", "/environments/made", "{}", "/environments/made"},
      {"PUT", "/modules/made", "", "/modules/made"},
      {"PUT", "/topics/made.events", "{}", "/topics/made.events"},
      {"POST", "/events", R"({"eventType":"made.here","topic":"made.events"})", "/events/made.here"},
      {"POST", "/commands", R"({"commandName":"made.here","payloadSchema":{},"defaultTarget":"orders"})",
       "/commands/made.here"},
      {"POST", "/commands", R"({"commandName":"made.here","payloadSchema":true,"defaultTarget":"orders"})",
       "/commands/made.here"},
      {"PUT", "/routes/made.here", "{" + target + R"(,"environment":"made"})",
       "/routes/made.here" + of_tenant + "&environment=made"},
      {"PUT", "/routes/made.here", "{" + target + R"(,"tenantId":null})", "/routes/made.here?tenantId=null"},
      {"PUT", "/features?commandName=made.here", R"({"status":"observe"})", "/features/*" + of_tenant},
      {"PUT", "/features", R"({"status":"observe","commandName":"made.here","tenantId":null})",
       "/features/*?tenantId=null"},
      {"PUT", "/subscriptions/made",
       R"j({"topics":["made"],"handler":"public.take_made(command_center.kafka_message)"})j",
       "/subscriptions/made"}};
  for (const Making& making : makings) {
    SCOPED_TRACE(making.method + " " + making.path + " " + making.body);
    const auto again = [&] { return http_.send(making.method, kBase + making.path, making.body); };
    const HttpAnswer made = again();
    ASSERT_EQ(verdict(made), "201") << made.body;
    std::string expected = kBase + making.location;
    if (const std::size_t id = expected.find('*'); id != std::string::npos)
      expected.replace(id, 1, member(made, "featureId"));
    EXPECT_EQ(made.header("location"), expected);
    const HttpAnswer found = http_.get(made.header("location"));
    EXPECT_EQ(found.status, 200) << found.body;
    EXPECT_EQ(found.header("etag").empty(), made.header("etag").empty() && making.path != "/commands");
    const HttpAnswer kept = again();
    EXPECT_EQ(verdict(kept), "200") << kept.body;
    EXPECT_EQ(kept.header("location"), "");
  }
  for (const char* path : {"/subscriptions/made", "/modules/made"})
    EXPECT_EQ(http_.send("DELETE", kBase + path).status, 204);
}

// The id tells it from one that was removed and made anew, whichever header says it.
TEST_F(Control, ARouteThatIsMadeAnewIsAnother) {
  const std::string path = "/v1/routes/order.place?environment=test";
  const std::string body = R"({"targets":[{"serviceId":"orders","weight":1}]})";
  client_.query("SELECT command_center.set_environment('test')");
  EXPECT_EQ(verdict(put(path, body, {"If-Match: *"})), "412 KC006");
  EXPECT_EQ(client_.value("SELECT count(*) FROM command_center.list_routes('order.place')"), "0");
  const std::string first = put(path, body).header("etag");
  EXPECT_EQ(verdict(put(path, body, {"If-Match: *"})), "200");
  EXPECT_EQ(http_.send("DELETE", path, "", {"If-Match: \"x\", " + first}).status, 204);
  const std::string second = put(path, body, {"If-None-Match: " + first}).header("etag");
  EXPECT_NE(second, first);
  EXPECT_EQ(verdict(put(path, body, {"If-Match: " + first})), "412 KC006");
  EXPECT_EQ(verdict(put(path, body, {"If-None-Match: " + first + ", W/" + second})), "412 KC006");
  EXPECT_EQ(http_.get(path, {"If-None-Match: " + second}).status, 304);
  EXPECT_EQ(http_.send("HEAD", path, "", {"If-None-Match: " + second}).status, 304);
  EXPECT_EQ(verdict(put(path, body, {"If-Match: " + first + ", " + second})), "200");
  EXPECT_EQ(verdict(http_.send("DELETE", path, "", {"If-Match: " + first})), "412 KC006");
  EXPECT_EQ(http_.send("DELETE", path).status, 204);
  EXPECT_EQ(verdict(put(path, body, {"If-Match: none"})), "400");
}

TEST_F(Control, ACommandsActiveVersionIsItsETag) {
  client_.query(
      "SELECT command_center.register_command('order.versioned', jsonb_build_object('maxLength', n), "
      "default_target"
      " => 'orders') FROM generate_series(1, 3) AS n");
  const std::string path = kBase + "/commands/order.versioned";
  const auto activate = [&](const std::string& version, const HttpHeaders& more) {
    return http_.send("PATCH", path, "{\"version\":" + version + "}", more);
  };
  EXPECT_EQ(http_.get(path).header("etag"), "\"3\"");
  EXPECT_EQ(http_.get(path, {"If-None-Match: \"3\""}).status, 304);
  EXPECT_EQ(verdict(activate("1", {"If-Match: \"2\""})), "412 KC006");
  const HttpAnswer first = activate("1", {"If-Match: \"2\", \"3\""});
  EXPECT_EQ(verdict(first), "200") << first.body;
  EXPECT_EQ(first.header("etag"), "\"1\"");
  EXPECT_EQ(member(first, "findings"), "[]");
  EXPECT_EQ(verdict(http_.send("PATCH", path, R"({"version":2,"expectedVersion":3})")), "412 KC006");
  EXPECT_EQ(verdict(http_.send("DELETE", path, "", {"If-Match: \"3\""})), "412 KC006");
  EXPECT_EQ(http_.send("DELETE", path, "", {"If-Match: *"}).status, 204);
  EXPECT_EQ(http_.get(path).header("etag"), "");
  EXPECT_EQ(verdict(activate("2", {"If-Match: *"})), "412 KC006");
  EXPECT_EQ(verdict(activate("2", {"If-None-Match: *"})), "200");
  EXPECT_EQ(verdict(http_.get(kBase + "/commands/order.unknown")), "404 KC002");
}

// What a GET answers is what the description says of it, by the engine of the database itself.
TEST_F(Control, AnswersAreAsTheDescriptionSays) {
  client_.query("SELECT command_center.load_catalog('hotel')");
  client_.query("SELECT command_center.set_topic('described.events')");
  client_.query(
      "SELECT command_center.register_event('described.event', 'described.events', description => 'x')");
  client_.query(
      "SELECT command_center.set_feature('observe', 'order.place', limits => '{\"per\": \"tenant\", "
      "\"maxPerMinute\": 5}')");
  client_.query(
      "SELECT command_center.set_route('order.place', '{\"targets\": [{\"serviceId\": \"orders\", "
      "\"weight\": 1}],"
      " \"also\": [\"billing-service\"]}', '" +
      database_->tenant() + "')");
  client_.query(
      "CREATE FUNCTION public.fail(message command_center.kafka_message) RETURNS void LANGUAGE plpgsql"
      " SET search_path = pg_catalog AS $$ BEGIN RAISE 'cannot'; END $$");
  client_.query(
      "SELECT command_center.set_subscription('described', '{described.events}', "
      "'public.fail(command_center.kafka_message)', max_attempts => 1)");
  bring_three_bad_messages("described", "described.events");
  client_.query("SELECT command_center.enable_module('" + database_->tenant() + "', 'described')");
  client_.query(
      "SELECT command_center.register_command('order.timed', '{}', default_target => 'orders', sla => '90 "
      "min')");
  const std::string id = member(post("/v1/commands/order.place/execute", R"({"number":1})"), "commandId");
  client_.query("SELECT command_center.set_environment('described')");
  client_.query("SELECT command_center.enable_module('" + database_->tenant() + "', 'described')");
  const std::string feature =
      client_.value("SELECT feature_id FROM command_center.list_features('order.place') LIMIT 1");
  const std::string lock = client_.value("SELECT lock_id FROM availability_guard.lock_room('" +
                                         database_->tenant() + "', '" + kUnknown + "', '" + kRoomType +
                                         "', current_date, current_date + 2, hold => 'confirmed')");
  const std::string description = http_.get("/openapi.json").body;
  for (const api::routes::Route& route : api::routes::all_routes()) {
    if (route.method != "GET" || route.path == "/openapi.json") continue;
    SCOPED_TRACE(route.path);
    std::string path = route.path;
    for (const auto& [name, value] : {std::pair<std::string, std::string>{"{commandName}", "order.place"},
                                      {"{commandId}", id},
                                      {"{serviceId}", "orders"},
                                      {"{topic}", "described.events"},
                                      {"{lockId}", lock},
                                      {"{roomTypeId}", kRoomType},
                                      {"{subscription}", "described"},
                                      {"{eventType}", "described.event"},
                                      {"{module}", "described"},
                                      {"{environment}", "described"},
                                      {"{featureId}", feature}}) {
      if (path.find(name) != std::string::npos) path.replace(path.find(name), name.size(), value);
    }
    ASSERT_EQ(path.find('{'), std::string::npos) << path;
    if (api::routes::find_binding(route, "tenantId") != nullptr) path += "?tenantId=" + database_->tenant();
    const HttpAnswer answer = http_.get(path);
    ASSERT_EQ(answer.status, 200) << answer.body;
    std::string key = "paths/" + route.path + "/get/responses/200/content/application~1json/schema";
    for (std::size_t at = 6; at < 6 + route.path.size() + 10 && (at = key.find('/', at)) < key.find("/get/");)
      key.replace(at, 1, "~1");
    HttpAnswer described;
    described.body = description;
    const std::string schema = member(described, key);
    ASSERT_NE(schema, "") << key;
    EXPECT_EQ(client_.value("SELECT command_center.validate_json($schema$" + schema +
                            "$schema$::jsonb || jsonb_build_object('components', $all$" +
                            member(described, "components") + "$all$::jsonb), $answer$" + answer.body +
                            "$answer$::jsonb)"),
              R"({"valid": true})");
  }
  client_.query("SELECT command_center.remove_subscription('described')");
  client_.query("SELECT command_center.disable_module('" + database_->tenant() + "', 'described')");
}

TEST_F(Control, EventsAreRegisteredExplainedAndPublished) {
  put(kBase + "/topics/guest.events", "{}");
  EXPECT_EQ(http_
                .post(kBase + "/events",
                      R"({"eventType":"guest.moved","topic":"guest.events","schema":{"type":"object",)"
                      R"("properties":{"room":{"type":"integer"}}}})")
                .status,
            201);
  EXPECT_EQ(verdict(post(kBase + "/events", R"({"eventType":"a.b","topic":"no.such"})")), "404 KC002");
  const HttpAnswer published = http_.post(
      "/v1/events", R"({"topic":"guest.events","eventType":"guest.moved","payload":{"room":7}})",
      {"x-correlation-id: moved", "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"});
  EXPECT_EQ(verdict(published), "202") << published.body;
  const std::string sent =
      client_.value("SELECT headers::text FROM command_center.transactional_outbox WHERE message_id = '" +
                    member(published, "messageId") + "'");
  EXPECT_NE(sent.find("moved"), std::string::npos) << sent;
  EXPECT_NE(sent.find("4bf92f3577b34da6a3ce929d0e0e4736"), std::string::npos) << sent;
  EXPECT_NE(sent.find(database_->tenant()), std::string::npos) << sent;
  const HttpAnswer refused =
      post("/v1/events", R"({"topic":"guest.events","eventType":"guest.moved","payload":{"room":"x"}})");
  EXPECT_EQ(verdict(refused), "422 KC001");
  EXPECT_EQ(member(refused, "errors/0/instanceLocation"), "/room");
  EXPECT_EQ(verdict(post("/v1/events", R"({"topic":"no.such","eventType":"a.b","payload":{}})")),
            "404 KC002");
  // Only a compacted topic takes tombstones, and nobody leaves out a payload by chance.
  EXPECT_EQ(verdict(post("/v1/events", R"({"topic":"guest.events","eventType":"guest.moved"})")),
            "422 KC013");
  EXPECT_EQ(
      post("/v1/events", R"({"topic":"guest.events","eventType":"guest.moved","payload":null})").status / 100,
      4);
  put(kBase + "/topics/guest.state", R"({"cleanup":"compact"})");
  EXPECT_EQ(
      verdict(post("/v1/events",
                   R"({"topic":"guest.state","eventType":"guest.gone","payload":null,"partitionKey":"g"})")),
      "202");
  EXPECT_EQ(client_.value(
                "SELECT value IS NULL FROM command_center.transactional_outbox WHERE topic = 'guest.state'"),
            "t");
  const HttpAnswer explained = post(
      "/v1/events/explain", R"({"topic":"guest.events","eventType":"guest.moved","payload":{"room":7}})");
  EXPECT_EQ(member(explained, "accepted"), "true") << explained.body;
  EXPECT_EQ(items(http_.get(kBase + "/events?topic=guest.events"), "eventType"), Names{"guest.moved"});
  EXPECT_EQ(verdict(http_.get(kBase + "/events?status=draft")), "400 22023");
  EXPECT_EQ(verdict(http_.send("DELETE", kBase + "/topics/guest.events")), "409 KC015");
  EXPECT_EQ(http_.send("DELETE", kBase + "/events/guest.moved?version=1").status, 204);
  EXPECT_EQ(verdict(http_.send("DELETE", kBase + "/events/guest.lost")), "404 KC002");
}

TEST_F(Control, SubscriptionsAreMadeResetAndEnded) {
  client_.query(
      "CREATE FUNCTION public.take(message command_center.kafka_message) RETURNS void LANGUAGE plpgsql"
      " SET search_path = pg_catalog AS $$ BEGIN IF message.value = 'bad' THEN RAISE 'cannot'; END IF; END "
      "$$");
  const std::string path = kBase + "/subscriptions/guests";
  const std::string body =
      R"j({"topics":["guests"],"handler":"public.take(command_center.kafka_message)","maxAttempts":1,)j"
      R"j("filter":{"kind":["a","b"]},"batchWait":"PT1S"})j";
  EXPECT_EQ(verdict(put(path, R"({"topics":["guests"]})")), "422 KC013");
  EXPECT_EQ(verdict(put(path, body, {"If-None-Match: *"})), "201");
  const HttpAnswer subscription = http_.get(path);
  EXPECT_EQ(member(subscription, "batchWait"), "P0M0DT1S");
  EXPECT_EQ(member(subscription, "filter/kind/1"), "b");
  EXPECT_EQ(items(http_.get(kBase + "/subscriptions?status=active"), "subscription"), Names{"guests"});
  const HttpAnswer paused =
      put(path, R"({"status":"paused","filter":{}})", {"If-Match: " + subscription.header("etag")});
  EXPECT_EQ(verdict(paused), "200");
  EXPECT_EQ(verdict(put(path, R"({"status":"active"})", {"If-Match: " + subscription.header("etag")})),
            "412 KC006");
  EXPECT_EQ(verdict(put(path, R"({"status":"active"})")), "200");

  bring_three_bad_messages("guests", "guests");
  EXPECT_EQ(items(http_.get(path + "/offsets"), "nextOffset"), Names{"4"});
  EXPECT_EQ(verdict(http_.get(path + "/offsets?pageSize=0")), "400 22023");
  const std::string moved =
      R"({"topic":"guests","partition":0,"reason":"behind them","nextOffset":9,"expectedOffset":)";
  EXPECT_EQ(member(put(path + "/offsets", moved + "4}"), "offsetBefore"), "4");
  EXPECT_EQ(verdict(put(path + "/offsets", moved + "4}")), "412 KC006");
  EXPECT_EQ(verdict(put(path + "/offsets", moved + "9223372036854775808}")), "422 KC013");

  const std::string letters = kBase + "/dead-letters";
  const HttpAnswer waiting = http_.get(letters + "?subscription=guests");
  const Names ids = items(waiting, "deadLetterId");
  ASSERT_EQ(ids.size(), 3U) << waiting.body;
  EXPECT_EQ(items(waiting, "value").front(), "bad");
  const HttpAnswer failed =
      post(letters + "/replay",
           R"({"subscription":"guests","reason":"once more","deadLetterIds":[")" + ids[0] + "\"]}");
  EXPECT_EQ(items(failed, "outcome"), Names{"failed"}) << failed.body;
  client_.query(
      "CREATE OR REPLACE FUNCTION public.take(message command_center.kafka_message) RETURNS void LANGUAGE "
      "plpgsql"
      " SET search_path = pg_catalog AS $$ BEGIN END $$");
  EXPECT_EQ(items(post(letters + "/replay", R"({"subscription":"guests","reason":"mended","maxMessages":2})"),
                  "outcome"),
            (Names{"replayed", "replayed"}));
  EXPECT_EQ(
      member(post(letters + "/discard", R"({"subscription":"guests","reason":"of no use"})"), "discarded"),
      "1");
  EXPECT_EQ(items(http_.get(letters + "?status=discarded"), "deadLetterId"), Names{ids[2]});
  EXPECT_EQ(verdict(post(letters + "/replay", R"({"subscription":"nobody","reason":"x"})")), "404 KC002");
  EXPECT_EQ(verdict(post(letters + "/replay",
                         R"({"subscription":"guests","reason":"x","deadLetterIds":[")" + kUnknown + "\"]}")),
            "404 KC002");
  EXPECT_EQ(
      verdict(post(letters + "/replay", R"({"subscription":"guests","reason":"x","deadLetterIds":["7"]})")),
      "422 KC013");

  const std::string tag = http_.get(path).header("etag");
  const HttpAnswer reset = http_.post(path + "/reset", R"({"startAt":"earliest"})", {"If-Match: " + tag});
  EXPECT_EQ(verdict(reset), "200");
  EXPECT_EQ(verdict(http_.post(path + "/reset", "{}", {"If-Match: " + tag})), "412 KC006");
  EXPECT_EQ(verdict(http_.post(kBase + "/subscriptions/nobody/reset", "{}")), "404 KC002");
  EXPECT_EQ(verdict(http_.send("DELETE", path, "", {"If-Match: " + tag})), "412 KC006");
  EXPECT_EQ(http_.send("DELETE", path).status, 204);
  EXPECT_EQ(verdict(http_.send("DELETE", path)), "404 KC002");
  EXPECT_EQ(verdict(http_.get(path)), "404 KC002");
}

TEST_F(Control, WhatKafkaDidNotTakeIsReleasedOrDiscarded) {
  put(kBase + "/topics/parked.events", "{}");
  client_.query("SELECT command_center.publish_event('parked.events', 'e', to_jsonb(n), '" +
                database_->tenant() + "', 'k' || n) FROM generate_series(1, 3) AS n");
  client_.query("SELECT command_center.acquire_lease('default', 'relay', '1 hour')");
  client_.query(
      "SELECT command_center.park_messages('default', 'relay', batch.batch_id, "
      "array_agg(message.\"position\"),"
      " array_agg(message.message_id), array_agg('too large'::text)) FROM "
      "command_center.next_batch('default', 0) AS batch,"
      " command_center.batch_messages('default', batch.batch_id) AS message WHERE message.topic = "
      "'parked.events'"
      " GROUP BY batch.batch_id");
  const std::string base = kBase + "/parked-messages";
  const HttpAnswer parked = http_.get(base + "?reason=refused&tenantId=" + database_->tenant());
  const Names ids = items(parked, "messageId");
  ASSERT_EQ(ids.size(), 3U) << parked.body;
  EXPECT_EQ(items(parked, "detail").front(), "too large");
  const HttpAnswer first = http_.get(base + "?pageSize=2");
  EXPECT_EQ(items(first, "messageId"), (Names{ids[0], ids[1]}));
  EXPECT_EQ(items(http_.get(base + "?pageAfter=" + member(first, "nextPageAfter")), "messageId"),
            Names{ids[2]});
  EXPECT_EQ(member(post(base + "/release", R"({"reason":"fits now","messageIds":[")" + ids[0] + "\"]}"),
                   "released"),
            "1");
  const HttpAnswer discarded = post(
      base + "/discard", R"({"reason":"of no use","messageIds":[")" + ids[1] + "\",\"" + ids[2] + "\"]}");
  EXPECT_EQ(member(discarded, "discarded"), "2") << discarded.body;
  EXPECT_EQ(
      member(post(base + "/release", R"({"reason":"x","messageIds":[")" + kUnknown + "\"]}"), "released"),
      "0");
  EXPECT_EQ(verdict(post(base + "/release", R"({"messageIds":[]})")), "422 KC013");
  EXPECT_EQ(items(http_.get(base), "messageId"), Names{});
  EXPECT_EQ(items(http_.get(kBase + "/topic-holds"), "topic"), Names{});
  client_.query("SELECT command_center.release_lease('default', 'relay')");
}

TEST_F(Control, TheCatalogueHasSchemasEnvironmentsAndModules) {
  EXPECT_EQ(verdict(put(kBase + "/schemas", R"({"uri":"https://x.test/a","schema":{"type":"integer"}})")),
            "200");
  EXPECT_EQ(verdict(put(kBase + "/schemas", R"({"uri":"https://x.test/a","schema":{"type":"string"}})")),
            "409 KC007");
  EXPECT_EQ(verdict(put(kBase + "/schemas", R"({"uri":"a","schema":true})")), "400 22023");
  EXPECT_EQ(member(post(kBase + "/schemas/lint", R"({"schema":{"type":"nothing"}})"), "findings/0/severity"),
            "error");
  const std::string by_reference = R"({"schema":{"$ref":"https://x.test/a"},"instance":)";
  EXPECT_EQ(member(post(kBase + "/schemas/validate", by_reference + "7}"), "valid"), "true");
  EXPECT_EQ(member(post(kBase + "/schemas/validate", by_reference + "null}"), "valid"), "false");
  EXPECT_EQ(verdict(post(kBase + "/schemas/validate", R"({"schema":{"type":"x"},"instance":1})")),
            "422 KC013");
  EXPECT_EQ(member(put(kBase + "/environments/staging", R"({"isOpen":true})"), "changed"), "true");
  EXPECT_EQ(member(put(kBase + "/environments/staging", "{}"), "changed"), "false");
  const Names environments = items(http_.get(kBase + "/environments"), "environment");
  EXPECT_EQ(std::count(environments.begin(), environments.end(), "staging"), 1);
  EXPECT_EQ(http_.send("DELETE", kBase + "/environments/staging").status, 204);
  EXPECT_EQ(verdict(http_.send("DELETE", kBase + "/environments/staging")), "404 KC002");
  http_.send("PUT", kBase + "/modules/b");
  http_.send("PUT", kBase + "/modules/a");
  EXPECT_EQ(items(http_.get(kBase + "/modules"), "module"), (Names{"a", "b"}));
  EXPECT_EQ(items(http_.get(kBase + "/modules", {"x-tenant-id: " + kUnknown}), "module"), Names{});
  EXPECT_EQ(member(post(kBase + "/catalogs/hotel", ""), "commands"), "12");
  EXPECT_EQ(verdict(post(kBase + "/catalogs/motel", "")), "404 KC002");
}

TEST_F(Control, OperatorsSeeAllThatHappened) {
  const std::string id = member(post("/v1/commands/order.place/execute", R"({"number":1})"), "commandId");
  const HttpAnswer found = http_.get(kBase + "/dispatches?commandName=order.place&pageSize=500");
  const Names ids = items(found, "commandId");
  EXPECT_EQ(std::count(ids.begin(), ids.end(), id), 1) << found.body;
  EXPECT_EQ(items(http_.get(kBase + "/dispatches?tenantId=" + kUnknown), "commandId"), Names{});
  const HttpAnswer dry =
      post("/v1/dispatches/replay", R"({"commandName":"order.place","reason":"x","dryRun":true,"limit":1})");
  EXPECT_EQ(items(dry, "outcome"), Names{"replayable"}) << dry.body;
  EXPECT_EQ(items(post("/v1/dispatches/replay", R"({"commandName":"order.place","reason":"lost","limit":1})"),
                  "outcome"),
            Names{"replayed"});
  EXPECT_EQ(verdict(post("/v1/dispatches/replay", R"({"reason":"x","status":"lost"})")), "422 KC013");
  put(kBase + "/services/audited", R"({"owner":"me"})");
  const HttpAnswer audit = http_.get(kBase + "/audit?action=set_service&actor=u1&pageSize=1");
  EXPECT_EQ(member(audit, "items/0/after/service_id"), "audited") << audit.body;
  EXPECT_EQ(items(http_.get(kBase + "/audit?changedBefore=2020-01-01T00:00:00Z"), "action"), Names{});
  EXPECT_EQ(http_.get(kBase + "/doctor").status, 200);
  const Names checks = items(http_.get(kBase + "/health"), "name");
  EXPECT_EQ(std::count(checks.begin(), checks.end(), "setup"), 1);
  EXPECT_EQ(items(http_.get(kBase + "/outbox"), "publisher"), Names{"default"});
}

// Every list gives by ones what it gives at once.
TEST_F(Control, PagesOfOneRowMakeUpTheWholeList) {
  client_.query("SELECT command_center.load_catalog('hotel')");
  client_.query("SELECT command_center.set_environment(name) FROM unnest('{e1,e2,e3}'::text[]) AS name");
  client_.query("SELECT command_center.enable_module('" + database_->tenant() +
                "', name) FROM unnest('{m1,m2,m3}'::text[]) AS name");
  client_.query("SELECT command_center.set_topic('paged.' || n) FROM generate_series(1, 3) AS n");
  client_.query(
      "SELECT command_center.register_event('paged.' || t, 'paged.1', schema => "
      "jsonb_build_object('maximum', v))"
      " FROM generate_series(1, 2) AS t, generate_series(1, 3) AS v");
  client_.query(
      "SELECT command_center.set_feature('observe', command, environment, tenant) FROM"
      " unnest('{order.place,NULL,guest.merge}'::text[]) AS command, unnest('{e1,NULL}'::text[]) AS "
      "environment,"
      " unnest(ARRAY[NULL, '" +
      database_->tenant() + "']::uuid[]) AS tenant");
  client_.query(
      "SELECT command_center.set_route('order.place', '{\"targets\": [{\"serviceId\": \"orders\", "
      "\"weight\": 1}]}',"
      " environment => environment, tenant_id => tenant) FROM unnest('{e1,e2,NULL}'::text[]) AS environment,"
      " unnest(ARRAY[NULL, '" +
      database_->tenant() + "']::uuid[]) AS tenant");
  database_->execute(3);
  for (const api::routes::Route& route : api::routes::all_routes()) {
    if (route.method != "GET" || api::routes::find_binding(route, "pageAfter") == nullptr) continue;
    if (route.operation == "listAudit") continue;  // hundreds of rows by now
    std::string path = route.path;
    for (const auto& [name, value] : {std::pair<std::string, std::string>{"{commandName}", "order.place"},
                                      {"{subscription}", "guests"},
                                      {"{eventType}", "paged.2"}}) {
      if (path.find(name) != std::string::npos) path.replace(path.find(name), name.size(), value);
    }
    SCOPED_TRACE(path);
    const HttpAnswer whole = http_.get(path + "?pageSize=500");
    ASSERT_EQ(whole.status, 200) << whole.body;
    EXPECT_EQ(member(whole, "nextPageAfter"), "");
    std::string together;
    std::string after;
    do {
      const HttpAnswer page = http_.get(path + "?pageSize=1" + after);
      ASSERT_EQ(page.status, 200) << page.body;
      together += member(page, "items/0") + "\n";
      std::string cursor = member(page, "nextPageAfter");
      for (std::size_t at = 0; (at = cursor.find('!', at)) != std::string::npos; at += 3)
        cursor.replace(at, 1, "%21");
      after = cursor.empty() ? "" : "&pageAfter=" + cursor;
    } while (!after.empty());
    std::string expected;
    for (int index = 0; !member(whole, "items/" + std::to_string(index)).empty(); ++index)
      expected += member(whole, "items/" + std::to_string(index)) + "\n";
    EXPECT_EQ(together, expected.empty() ? "\n" : expected);
  }
}

TEST_F(Control, APageIsNeverLargerThanWhatAClientExpects) {
  client_.query(
      "SELECT command_center.register_command('order.large', jsonb_build_object('maxLength', n, "
      "'description',"
      " repeat('x', 90000)), default_target => 'orders') FROM generate_series(1, 5) AS n");
  std::string after;
  std::string versions;
  do {
    const HttpAnswer page = http_.get(kBase + "/commands/order.large" + after);
    ASSERT_EQ(page.status, 200);
    EXPECT_LT(page.body.size(), 256U * 1024);
    for (const std::string& version : items(page, "version")) versions += version;
    after = member(page, "nextPageAfter").empty() ? "" : "?pageAfter=" + member(page, "nextPageAfter");
  } while (!after.empty());
  EXPECT_EQ(versions, "54321");
}

// Of every member and parameter that is no free text.
TEST_F(Control, AWrongTypeIsRefusedWhereItStands) {
  using api::routes::Kind;
  using api::routes::Place;
  for (const api::routes::Route& route : api::routes::all_routes()) {
    if (route.answer > api::routes::Answer::kNoContent) continue;
    std::string path = route.path;
    for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
      path.replace(at, path.find('}') - at + 1,
                   path.find("Id}", at) != std::string::npos ? kUnknown : "order.place");
    for (const api::routes::Binding& binding : route.bindings) {
      SCOPED_TRACE(route.method + " " + path + " " + binding.name);
      if (binding.place == Place::kQuery) {
        const bool is_free = binding.kind == Kind::kText && binding.words.empty();
        if (is_free) continue;
        EXPECT_EQ(http_.send(route.method, path + "?" + binding.name + "=%22x").status, 400);
      } else if (binding.place == Place::kBody && binding.kind != Kind::kAny) {
        const std::string wrong =
            binding.kind == Kind::kText || binding.kind == Kind::kUuid ? "[7]" : "\"x\"";
        const HttpAnswer answer = http_.send(route.method, path, "{\"" + binding.name + "\":" + wrong + "}");
        const bool reads_text = binding.kind == Kind::kTime || binding.kind == Kind::kInterval ||
                                binding.kind == Kind::kDate || binding.kind == Kind::kDay;
        EXPECT_EQ(answer.status / 100, 4);
        EXPECT_TRUE(reads_text ||
                    answer.body.find("\"location\":\"/" + binding.name + "\"") != std::string::npos)
            << answer.body;
      }
    }
  }
}

}  // namespace
}  // namespace command_center::api_tests
