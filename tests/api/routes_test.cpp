// Every route and every code of an error, as a client of HTTP sees them.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "api/bodies/json_document.hpp"
#include "api/identity/digest.hpp"
#include "api/routes/route.hpp"
#include "api/routes/sql_only.hpp"
#include "extension/core/json/rapidjson.hpp"
#include "tests/api/support/answers.hpp"
#include "tests/api/support/api_process.hpp"
#include "tests/api/support/guard.hpp"
#include "tests/api/support/http_client.hpp"
#include "tests/api/support/json_texts.hpp"
#include "tests/e2e/support/servers.hpp"

namespace command_center::api_tests {
namespace {

const std::string kStranger = "99999999-9999-4999-8999-999999999999";

class Routes : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = std::make_unique<Database>();
    install_guard(*database_);
    api_ = std::make_unique<ApiProcess>(*database_, ApiOptions{{"--auth", "none", "--lock-wait-ms", "50"}});
    Client client = database_->connect();
    client.query("SELECT command_center.set_service('billing')");
  }
  static void TearDownTestSuite() {
    api_.reset();
    database_.reset();
  }

  static HttpHeaders headers() {
    return {"x-tenant-id: " + database_->tenant(), "X-User-Id: u1", "X-User-Role: ADMIN"};
  }
  HttpAnswer execute(const std::string& payload = "{}", const HttpHeaders& more = {}) {
    return http_.post("/v1/commands/order.place/execute", payload, more);
  }
  std::string executed() { return member(execute(), "commandId"); }

  static constexpr const char* kA = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
  static constexpr const char* kB = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";

  static std::string entry(const std::string& token, const std::string& tenant, const std::string& scopes) {
    const api::identity::Digest digest = api::identity::sha256(token);
    std::string hex;
    for (const unsigned char byte : digest) {
      constexpr const char* kDigits = "0123456789abcdef";
      hex.push_back(kDigits[byte >> 4U]);
      hex.push_back(kDigits[byte & 15U]);
    }
    return R"({"sha256":")" + hex + R"(","subject":")" + token + R"(","tenant":")" + tenant +
           R"(","scopes":[)" + scopes + "]}";
  }
  static std::unique_ptr<ApiProcess> start_with_tokens() {
    const std::string file = e2e::required_variable("COMMAND_CENTER_TEST_DIR") + "/tokens.json";
    std::ofstream(file) << "[" << entry("token-a", kA, "\"admin\"") << ","
                        << entry("token-b", kB, "\"admin\"") << ","
                        << entry("token-reader", kA, "\"commands:read\"") << "]";
    return std::make_unique<ApiProcess>(
        *database_, ApiOptions{{"--auth", "token", "--tokens-file", file, "--requests-per-minute", "0"}});
  }

  static std::unique_ptr<Database> database_;
  static std::unique_ptr<ApiProcess> api_;
  HttpClient http_{api_->http_port(), headers()};
  Client client_ = database_->connect();
};
std::unique_ptr<Database> Routes::database_;
std::unique_ptr<ApiProcess> Routes::api_;

TEST_F(Routes, ExecuteAnswersWhatTheRequirementsSay) {
  const HttpAnswer answer = execute(R"({"number": 1})", {"x-correlation-id: mine"});
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(member(answer, "status"), "accepted");
  EXPECT_EQ(member(answer, "commandName"), "order.place");
  EXPECT_EQ(member(answer, "targetService"), "orders");
  EXPECT_EQ(member(answer, "correlationId"), "mine");
  EXPECT_EQ(answer.header("x-correlation-id"), "mine");
  EXPECT_EQ(answer.header("location"), "/v1/dispatches/" + member(answer, "commandId"));
  EXPECT_EQ(answer.header("idempotent-replayed"), "");
  const HttpAnswer dispatch = http_.get(answer.header("location"));
  EXPECT_EQ(dispatch.status, 200);
  EXPECT_EQ(member(dispatch, "status"), "received");
  EXPECT_NE(dispatch.body.find(R"("userId": "u1")"), std::string::npos);
}

TEST_F(Routes, AKeyHasOneEffect) {
  const HttpAnswer first = execute(R"({"number": 1})", {"Idempotency-Key: once"});
  const HttpAnswer again = http_.post("/v1/commands/order.place/execute", R"({"payload": {"number": 1.0}})",
                                      {"Idempotency-Key: \"once\""});
  EXPECT_EQ(member(again, "commandId"), member(first, "commandId"));
  EXPECT_EQ(again.header("idempotent-replayed"), "true");
  EXPECT_EQ(verdict(execute(R"({"number": 2})", {"Idempotency-Key: once"})), "422 KC005");
}

TEST_F(Routes, RefusesABodyThatIsNoJsonOfOurs) {
  EXPECT_EQ(verdict(execute(R"({"number": )")), "400 22P02");
  EXPECT_EQ(verdict(execute(R"({"a": "\u0000"})")), "400 22P05");
  EXPECT_EQ(verdict(execute(R"({"a": 1e999999})")), "400 22003");
  EXPECT_EQ(verdict(execute(std::string(5000, '[') + std::string(5000, ']'))), "413 KC014");
  EXPECT_EQ(verdict(execute("{}", {"Content-Type: text/plain"})), "415");
  EXPECT_EQ(verdict(execute("{}", {"Content-Type: Application/JSON ; charset=utf-8"})), "202");
  EXPECT_EQ(verdict(http_.send("POST", "/v1/commands/order.place/execute", "")), "415");
  EXPECT_EQ(verdict(http_.post("/v1/dispatches/" + executed() + "/replay", "[]")), "422 KC013");
}

// PostgreSQL itself says what it takes.
TEST_F(Routes, TakesTheJsonThatJsonbTakesAndNoOther) {
  for (const JsonText& text : json_texts()) {
    std::string said;
    try {
      client_.query("SELECT '" + text.text + "'::jsonb");
    } catch (const std::exception& error) {
      said = error.what();
    }
    EXPECT_EQ(said.empty(), text.sqlstate.empty()) << text.text.substr(0, 60) << said;
  }
}

TEST_F(Routes, TellsEveryRefusalByItsCode) {
  EXPECT_EQ(verdict(execute(R"({"number": "x"})")), "422 KC001");
  EXPECT_EQ(verdict(http_.post("/v1/commands/order.none/execute", "{}")), "404 KC002");
  client_.query(
      "SELECT command_center.register_command('order.role', '{}', default_target => 'orders', required_roles "
      "=> '{OWNER}')");
  EXPECT_EQ(verdict(http_.post("/v1/commands/order.role/execute", "{}")), "403 KC003");
  client_.query("BEGIN");
  client_.query("SELECT command_center.execute_command('order.place', '{}', '" + database_->tenant() +
                "', '{\"userId\": \"u1\"}', idempotency_key => 'open')");
  const HttpAnswer in_progress = execute("{}", {"Idempotency-Key: open"});
  EXPECT_EQ(verdict(in_progress), "409 KC004");
  EXPECT_EQ(in_progress.header("retry-after"), "1");
  client_.query("ROLLBACK");
  EXPECT_EQ(verdict(http_.send("PUT", "/v1/routes/order.place",
                               R"({"targets":[{"serviceId":"orders","weight":1}]})",
                               {"If-Match: \"" + kStranger + ".3\""})),
            "412 KC006");
  client_.query("SELECT command_center.set_topic('order.events', partitions => 1)");
  EXPECT_EQ(verdict(http_.post("/v1/command-center/commands",
                               R"({"commandName":"order.odd","payloadSchema":{},"topic":"order.events"})")),
            "409 KC007");
  client_.query("SELECT command_center.register_command('order.limited', '{}', default_target => 'orders')");
  EXPECT_EQ(http_
                .send("PATCH", "/v1/commands/order.limited/features",
                      R"({"status":"enabled","limits":{"per":"tenant","maxPerMinute":1,"burst":1}})")
                .status,
            200);
  EXPECT_EQ(http_.post("/v1/commands/order.limited/execute", "{}").status, 202);
  const HttpAnswer limited = http_.post("/v1/commands/order.limited/execute", "{}");
  EXPECT_EQ(verdict(limited), "429 KC010");
  EXPECT_NE(limited.header("retry-after"), "");
  EXPECT_EQ(http_.send("PATCH", "/v1/commands/order.limited/features", R"({"status":"disabled"})").status,
            200);
  EXPECT_EQ(verdict(http_.post("/v1/commands/order.limited/execute", "{}")), "403 KC011");
  client_.query("SELECT command_center.set_service('away', status => 'down')");
  client_.query("SELECT command_center.register_command('order.away', '{}', default_target => 'away')");
  EXPECT_EQ(verdict(http_.post("/v1/commands/order.away/execute", "{}")), "503 KC012");
  EXPECT_EQ(verdict(http_.send("PUT", "/v1/routes/order.place",
                               R"({"targets":[{"serviceId":"orders","weight":-1}]})")),
            "422 KC013");
  EXPECT_EQ(verdict(execute("{\"a\":\"" + std::string(300'000, 'x') + "\"}")), "413 KC014");
  EXPECT_EQ(verdict(http_.send("DELETE", "/v1/command-center/services/orders")), "409 KC015");
  EXPECT_EQ(verdict(http_.get("/v1/dispatches?status=lost")), "400 22023");
  EXPECT_EQ(verdict(http_.get("/v1/dispatches?receivedFrom=soon")), "400 22007");
}

TEST_F(Routes, RefusesWhatNoRouteTakes) {
  EXPECT_EQ(verdict(http_.get("/v1/nothing")), "404");
  const HttpAnswer wrong = http_.send("DELETE", "/v1/commands");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("allow"), "GET, HEAD");
  EXPECT_EQ(verdict(http_.get("/v1/commands?modul=x")), "400");
  EXPECT_EQ(verdict(http_.get("/v1/dispatches/7")), "400");
  EXPECT_EQ(verdict(HttpClient(api_->http_port()).get("/v1/dispatches")), "400");
  EXPECT_EQ(verdict(http_.get("/v1/dispatches/" + kStranger)), "404 KC002");
}

TEST_F(Routes, ABatchHasAnOutcomeForEachCommand) {
  const HttpAnswer answer = http_.post(
      "/v1/commands/batch",
      R"({"commands":[{"commandName":"order.place","payload":{"number":1}},{"commandName":"order.none","payload":{}},)"
      R"({"commandName":"order.place","payload":{},"tenantId":")" +
          kStranger + R"("},7]})");
  EXPECT_EQ(answer.status, 207);
  rapidjson::Document document;
  document.Parse(answer.body.data(), answer.body.size());
  const auto& outcomes = document["outcomes"];
  ASSERT_EQ(outcomes.Size(), 4U);
  EXPECT_STREQ(outcomes[0]["status"].GetString(), "accepted");
  EXPECT_STREQ(outcomes[1]["problem"]["code"].GetString(), "KC002");
  EXPECT_STREQ(outcomes[2]["problem"]["code"].GetString(), "KC013");
  EXPECT_STREQ(outcomes[3]["problem"]["code"].GetString(), "KC013");
  EXPECT_EQ(
      verdict(http_.post("/v1/commands/batch",
                         R"({"allOrNothing":true,"commands":[{"commandName":"order.none","payload":{}}]})")),
      "404 KC002");
}

TEST_F(Routes, ABatchSaysWhatIsOnlyObserved) {
  Client client = database_->connect();
  client.query("SELECT command_center.register_command('order.watch', '{}', default_target => 'orders')");
  client.query("SELECT command_center.set_feature('observe', 'order.watch')");
  const HttpAnswer single = http_.post("/v1/commands/order.watch/execute", "{}");
  EXPECT_NE(single.body.find(R"("mode":"observe")"), std::string::npos) << single.body;
  const HttpAnswer batch =
      http_.post("/v1/commands/batch", R"([{"commandName":"order.watch","payload":{}},)"
                                       R"({"commandName":"order.place","payload":{"number":1}}])");
  rapidjson::Document document;
  document.Parse(batch.body.data(), batch.body.size());
  const auto& outcomes = document["outcomes"];
  ASSERT_EQ(outcomes.Size(), 2U) << batch.body;
  ASSERT_TRUE(outcomes[0].HasMember("mode")) << batch.body;
  EXPECT_STREQ(outcomes[0]["mode"].GetString(), "observe");
  EXPECT_FALSE(outcomes[1].HasMember("mode"));
}

TEST_F(Routes, ABatchPassesAHandlersResultOnAsItStands) {
  Client client = database_->connect();
  client.query(
      "CREATE FUNCTION public.count_up(command command_center.accepted_command) RETURNS jsonb LANGUAGE sql"
      " SET search_path = pg_catalog AS $$ SELECT '{\"count\": 12345678901234567890.5, \"list\": [1, null, "
      "true]}'::jsonb $$");
  client.query(
      "SELECT command_center.set_service('counting', handler => "
      "'public.count_up(command_center.accepted_command)')");
  client.query("SELECT command_center.register_command('order.count', '{}', default_target => 'counting')");
  const std::string expected = R"("result":{"list": [1, null, true], "count": 12345678901234567890.5})";
  const HttpAnswer batch =
      http_.post("/v1/commands/batch", R"({"commands":[{"commandName":"order.count","payload":{}}]})");
  EXPECT_NE(batch.body.find(expected), std::string::npos) << batch.body;
  const HttpAnswer single = http_.post("/v1/commands/order.count/execute", "{}");
  EXPECT_NE(single.body.find(expected), std::string::npos) << single.body;
}

TEST_F(Routes, ADispatchIsFollowedToItsEnd) {
  const std::string id = executed();
  const std::string path = "/v1/dispatches/" + id;
  const HttpAnswer recorded = http_.post(path + "/acknowledgements",
                                         R"({"status":"completed","serviceId":"orders","detail":{"a":1}})");
  EXPECT_EQ(recorded.status, 202);
  EXPECT_EQ(member(recorded, "recorded"), "true");
  EXPECT_EQ(member(http_.post(path + "/acknowledgements",
                              R"({"status":"completed","serviceId":"orders","detail":{"a":1}})"),
                   "recorded"),
            "false");
  EXPECT_EQ(member(http_.get(path), "status"), "completed");
  const HttpAnswer replayed = http_.post(path + "/replay", R"({"reason":"lost downstream"})");
  EXPECT_EQ(replayed.status, 202);
  EXPECT_EQ(member(replayed, "commandId"), id);
  EXPECT_EQ(member(replayed, "targetService"), "orders");
  EXPECT_EQ(member(replayed, "commandName"), "order.place");
  EXPECT_NE(http_.get(path).body.find("lost downstream"), std::string::npos);
}

TEST_F(Routes, PagesFollowEachOther) {
  std::set<std::string> made;
  for (int number = 0; number < 5; ++number)
    made.insert(member(execute("{}", {"x-correlation-id: paged"}), "commandId"));
  std::set<std::string> seen;
  std::string after;
  do {
    const HttpAnswer page = http_.get("/v1/dispatches?correlationId=paged&pageSize=2" + after);
    ASSERT_EQ(page.status, 200);
    rapidjson::Document document;
    document.Parse(page.body.data(), page.body.size());
    for (const auto& item : document["items"].GetArray()) seen.insert(item["commandId"].GetString());
    after = document["nextPageAfter"].IsNull()
                ? ""
                : std::string("&pageAfter=") + document["nextPageAfter"].GetString();
  } while (!after.empty());
  EXPECT_EQ(seen, made);
}

TEST_F(Routes, ARouteIsChangedByWhoKnowsItsVersion) {
  client_.query("SELECT command_center.register_command('order.routed', '{}', default_target => 'orders')");
  const std::string path = "/v1/routes/order.routed?environment=production";
  const std::string body =
      R"({"command":"order.routed","targets":[{"serviceId":"billing","weight":1}],"fallback":"orders"})";
  EXPECT_EQ(http_.get(path).status, 404);
  const HttpAnswer made = http_.send("PUT", path, body, {"If-None-Match: *"});
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(verdict(http_.send("PUT", path, body, {"If-None-Match: *"})), "412 KC006");
  EXPECT_EQ(http_.get(path).header("etag"), made.header("etag"));
  const HttpAnswer changed = http_.send("PUT", path, R"({"targets":[{"serviceId":"orders","weight":1}]})",
                                        {"If-Match: " + made.header("etag")});
  EXPECT_EQ(changed.status, 200);
  EXPECT_NE(changed.header("etag"), made.header("etag"));
  EXPECT_EQ(verdict(http_.send("PUT", path, body, {"If-Match: " + made.header("etag")})), "412 KC006");
  EXPECT_EQ(verdict(http_.send("DELETE", path, "", {"If-Match: " + made.header("etag")})), "412 KC006");
  EXPECT_EQ(http_.send("DELETE", path).status, 204);
  // Another route of the same scope begins with version 1 again.
  EXPECT_EQ(http_.send("PUT", path, body).status, 200);
  EXPECT_EQ(verdict(http_.send("PUT", path, body, {"If-Match: " + made.header("etag")})), "412 KC006");
  EXPECT_EQ(http_
                .send("PUT", "/v1/routes/order.routed",
                      R"({"tenantId":null,"targets":[{"serviceId":"billing","weight":1}]})")
                .status,
            200);
  EXPECT_EQ(client_.value(
                "SELECT count(*) FROM command_center.list_routes('order.routed') WHERE tenant_id IS NULL"),
            "1");
}

TEST_F(Routes, TheCatalogueIsWrittenAndRead) {
  EXPECT_EQ(
      http_
          .post("/v1/command-center/commands",
                R"({"commandName":"order.made","payloadSchema":{"type":"object"},"defaultTarget":"orders",)"
                R"("requiredModules":["m"],"sla":"PT1H","ordered":false})")
          .status,
      201);
  EXPECT_EQ(verdict(http_.post("/v1/commands/order.made/execute", "{}")), "403 KC003");
  EXPECT_EQ(member(http_.send("PUT", "/v1/command-center/modules/m"), "changed"), "true");
  EXPECT_EQ(http_.post("/v1/commands/order.made/execute", "{}").status, 202);
  EXPECT_EQ(http_.send("DELETE", "/v1/command-center/modules/m").status, 204);
  EXPECT_EQ(http_.post("/v1/commands/order.made/explain", "{}").status, 200);
  EXPECT_EQ(member(http_.post("/v1/commands/order.place/validate", R"({"number":"x"})"), "valid"), "false");
  EXPECT_EQ(member(http_.get("/v1/commands/order.place/schema"), "type"), "object");
  EXPECT_EQ(http_.send("PATCH", "/v1/command-center/commands/order.made", R"({"version":1})").status, 200);
  EXPECT_EQ(http_.send("DELETE", "/v1/command-center/commands/order.made").status, 204);
  EXPECT_EQ(verdict(http_.post("/v1/commands/order.made/execute", "{}")), "404 KC002");
  EXPECT_EQ(http_.send("PUT", "/v1/command-center/services/s1", R"({"owner":"me"})").status, 201);
  EXPECT_EQ(member(http_.get("/v1/command-center/services/s1"), "owner"), "me");
  EXPECT_EQ(http_.send("DELETE", "/v1/command-center/services/s1").status, 204);
  EXPECT_EQ(verdict(http_.send("DELETE", "/v1/command-center/services/s1")), "404 KC002");
  EXPECT_EQ(http_.send("PUT", "/v1/command-center/features?commandName=order.made", R"({"status":"observe"})")
                .status,
            201);
  EXPECT_EQ(http_.send("DELETE", "/v1/command-center/features?commandName=order.made").status, 204);
  EXPECT_EQ(client_.value("SELECT count(*) > 5 FROM command_center.control_audit WHERE actor = 'u1'"), "t");
}

// A statement that is not SQL, or not as the table says, shows at once.
TEST_F(Routes, EveryRouteThatReadsAnswersWithoutAFault) {
  for (const api::routes::Route& route : api::routes::all_routes()) {
    std::string path = route.path;
    for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
      path.replace(at, path.find('}') - at + 1,
                   route.path.find("commandId") != std::string::npos ? kStranger : "order.place");
    if (route.method != "GET") continue;
    const HttpAnswer answer = http_.get(path);
    EXPECT_LT(answer.status, 500) << path << answer.body;
    EXPECT_EQ(http_.send("HEAD", path).status, answer.status) << path;
  }
  for (const api::routes::Route& route : api::routes::all_routes()) {
    if (route.statement.empty()) continue;
    client_.query("SET search_path = pg_catalog");
    EXPECT_NO_THROW(client_.query("PREPARE statement AS " + route.statement)) << route.path;
    client_.query("DEALLOCATE statement");
  }
}

// What a function is called in the lists: with its schema, unless that is command_center.
std::string called(const std::string& extension, const std::string& function) {
  return (extension == "command_center" ? "" : extension + ".") + function;
}

// A function that is added to an extension gets a route, or a reason why it has none.
TEST_F(Routes, ReachEveryFunctionOrSayWhyNot) {
  std::map<std::string, std::set<std::string>> levels;  // of each function or view
  std::set<std::string> functions;
  for (const std::string extension : {"command_center", "availability_guard"}) {
    for (const e2e::Row& row :
         client_.query("SELECT object, level, kind FROM " + extension + ".access_levels()")) {
      const std::string name = called(extension, row[0]);
      levels[name].insert(row[1]);
      if (row[2] == "function") functions.insert(name);
    }
  }
  std::set<std::string> reached;
  for (const api::routes::Route& route : api::routes::all_routes()) {
    if (route.function.empty()) continue;
    const std::string function = called(route.extension, route.function);
    EXPECT_EQ(levels.count(function), 1U) << function;
    EXPECT_TRUE(route.statement.empty() ||
                route.statement.find(route.extension + "." + route.function) != std::string::npos)
        << route.path << route.statement;
    reached.insert(function);
    // Who may read over HTTP is who may read over SQL.
    const std::set<std::string> one_of =
        route.scope == api::identity::kRead          ? std::set<std::string>{"reader", "monitor"}
        : route.scope == api::identity::kExecute     ? std::set<std::string>{"reader", "dispatcher"}
        : route.scope == api::identity::kAcknowledge ? std::set<std::string>{"dispatcher"}
                                                     : std::set<std::string>{"operator"};
    EXPECT_TRUE(std::any_of(one_of.begin(), one_of.end(), [&](const std::string& level) {
      return levels[function].count(level) == 1;
    })) << route.operation;
  }
  for (const api::routes::SqlOnly& group : api::routes::sql_only()) {
    for (const std::string_view function : group.functions) {
      EXPECT_EQ(levels.count(std::string(function)), 1U) << function;
      EXPECT_TRUE(reached.insert(std::string(function)).second) << function << " has a route and a reason";
    }
  }
  for (const std::string& function : functions) {
    if (levels[function] == std::set<std::string>{"relay"}) continue;
    EXPECT_EQ(reached.count(function), 1U) << function << " has neither a route nor a reason";
  }
}

// Two tenants' tokens: neither can act for the other, whatever the request names.
TEST_F(Routes, TenantsNeverActForEachOther) {
  const auto api = start_with_tokens();
  HttpClient a(api->http_port(), {"Authorization: Bearer token-a"});
  HttpClient b(api->http_port(), {"Authorization: Bearer token-b"});
  const std::string id =
      member(b.post("/v1/commands/order.place/execute", R"({"number":1})", {"x-correlation-id: canary"}),
             "commandId");
  ASSERT_NE(id, "");
  ASSERT_EQ(
      b.send("PUT", "/v1/routes/order.place", R"({"targets":[{"serviceId":"billing","weight":77}]})").status,
      200);
  ASSERT_EQ(b.send("PATCH", "/v1/commands/order.place/features", R"({"status":"observe"})").status, 200);
  for (const api::routes::Route& route : api::routes::all_routes()) {
    if (route.scope == api::identity::kNoScope) continue;
    SCOPED_TRACE(route.method + " " + route.path);
    std::string path = route.path;
    for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
      path.replace(at, path.find('}') - at + 1,
                   route.path.find("commandId") != std::string::npos ? id : "order.place");
    const bool has_body = route.method != "GET" && route.method != "DELETE";
    const std::string body = !has_body ? ""
                             : route.path.find("acknowl") != std::string::npos
                                 ? R"({"status":"consumed","serviceId":"orders"})"
                             : route.path.find("replay") != std::string::npos   ? R"({"reason":"x"})"
                             : route.path.find("features") != std::string::npos ? R"({"status":"enabled"})"
                                                                                : "{}";
    // Another's tenant in the header is refused whatever the route is.
    EXPECT_EQ(verdict(a.send(route.method, path, body, {std::string("x-tenant-id: ") + kB})), "403 KC003");
    if (api::routes::find_binding(route, "tenantId") != nullptr) {
      EXPECT_EQ(verdict(a.send(route.method, path + "?tenantId=" + kB, body)), "403 KC003");
      if (has_body) {
        EXPECT_EQ(verdict(a.send(route.method, path, R"({"tenantId":null})")), "403 KC003");
      }
    }
    if (route.tenant == api::routes::TenantRule::kOperator) {
      EXPECT_EQ(verdict(a.send(route.method, path, body)), "403 KC003");
    }
    // As itself it sees nothing of the other's.
    const HttpAnswer own = a.send(route.method, path, body);
    if (route.path.find("commandId") != std::string::npos) {
      EXPECT_EQ(verdict(own), "404 KC002");
    }
    EXPECT_EQ(own.body.find("canary"), std::string::npos);
    EXPECT_EQ(own.body.find(kB), std::string::npos);
  }
  EXPECT_EQ(member(b.get("/v1/dispatches/" + id), "status"), "received");
}

TEST_F(Routes, ATokenDoesWhatItsScopesSay) {
  const auto api = start_with_tokens();
  HttpClient reader(api->http_port(), {"Authorization: Bearer token-reader"});
  for (const api::routes::Route& route : api::routes::all_routes()) {
    if (route.scope == api::identity::kNoScope || route.scope == api::identity::kRead) continue;
    const HttpAnswer answer = reader.send(
        route.method,
        route.path.substr(0, route.path.find('{')) + (route.path.find('{') == std::string::npos ? "" : "x") +
            (route.path.find('}') == std::string::npos ? "" : route.path.substr(route.path.find('}') + 1)),
        "{}");
    EXPECT_EQ(answer.status, 403) << route.path;
    EXPECT_NE(answer.header("www-authenticate").find("insufficient_scope"), std::string::npos) << route.path;
  }
  EXPECT_EQ(reader.get("/v1/commands").status, 200);
  EXPECT_EQ(HttpClient(api->http_port()).get("/v1/commands").status, 401);
  EXPECT_EQ(HttpClient(api->http_port()).get("/openapi.json").status, 200);
}

TEST_F(Routes, IsThereAgainWhenPostgresIs) {
  e2e::control(e2e::Server::kPostgres, "stop");
  EXPECT_TRUE(eventually([&] { return http_.get("/health/readiness").status == 503; }));
  EXPECT_EQ(http_.get("/health/liveness").status, 200);
  const HttpAnswer away = execute();
  EXPECT_EQ(away.status, 503);
  EXPECT_EQ(away.header("retry-after"), "1");
  e2e::control(e2e::Server::kPostgres, "start");
  EXPECT_TRUE(eventually([&] { return execute().status == 202; }));
  EXPECT_TRUE(eventually([&] { return http_.get("/health/readiness").status == 200; }));
}

}  // namespace
}  // namespace command_center::api_tests
