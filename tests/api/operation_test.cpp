// What an operator can rely on: what is wrong is said before it hurts, and a database that is down hurts
// nobody but its own tenants.
#include <arpa/inet.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include "command_center/v1/commands.grpc.pb.h"
#include "tests/api/support/api_process.hpp"
#include "tests/api/support/http_client.hpp"
#include "tests/e2e/support/servers.hpp"
#include "tests/support/loopback.hpp"

namespace command_center::api_tests {
namespace {

constexpr int kAccepted = 202;
constexpr int kUnavailable = 503;
const std::string kStranger = "11111111-1111-4111-8111-111111111111";
constexpr const char* kTokens =
    R"([{"sha256": "0000000000000000000000000000000000000000000000000000000000000000", "subject": "a",)"
    R"( "tenant": "*", "scopes": ["admin"]}])";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Operation : public testing::Test {
 protected:
  struct Outcome {
    int status;
    std::string text;
  };

  static void SetUpTestSuite() {
    one_ = std::make_unique<Database>();
    two_ = std::make_unique<Database>();
  }
  static void TearDownTestSuite() {
    one_.reset();
    two_.reset();
  }

  [[nodiscard]] static std::string file_with(const std::string& name, const std::string& text) {
    std::string path = e2e::required_variable("COMMAND_CENTER_TEST_DIR") + "/operation-" + name;
    // At once, as an operator should: nobody reads half of it.
    std::ofstream(path + ".new") << text;
    std::filesystem::rename(path + ".new", path);
    return path;
  }

  // The program with the ports of the fixture; what it prints.
  [[nodiscard]] static Outcome run(const std::string& words, const std::string& before = {}) {
    const std::string file = e2e::required_variable("COMMAND_CENTER_TEST_DIR") + "/operation.out";
    const std::string command = before + "PGDATABASE=" + one_->name() +
                                " COMMAND_CENTER_HTTP_PORT=0 COMMAND_CENTER_GRPC_PORT=0 "
                                "COMMAND_CENTER_ADMIN_PORT=0 " API_PROGRAM " " +
                                words + " >'" + file + "' 2>&1";
    const int status = std::system(command.c_str());  // NOLINT(cert-env33-c)
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return {WEXITSTATUS(status), text.str()};
  }

  [[nodiscard]] static std::string placed(const Database& database) {
    return "\"" + database.tenant() + "\": ";
  }
  [[nodiscard]] static std::string tenants_file(const std::string& more = {}) {
    return file_with("tenants.json",
                     "{" + placed(*one_) + "\"one\", " + placed(*two_) + "\"two\"" + more + "}");
  }
  [[nodiscard]] static ApiOptions of_both() {
    return {{"--auth", "none", "--request-seconds", "600", "--tenants", tenants_file(), "--database",
             "one=dbname=" + one_->name(), "--database", "two=dbname=" + two_->name()},
            {},
            0};
  }
  [[nodiscard]] static HttpHeaders caller(const std::string& tenant) {
    return {"x-tenant-id: " + tenant, "X-User-Id: clerk", "X-User-Role: clerk"};
  }
  static HttpAnswer place(HttpClient& client) {
    return client.post("/v1/commands/order.place/execute", R"({"payload":{"number":1}})");
  }
  static void allow_connections(const Database& database, bool allowed) {
    Client client("postgres");
    client.query("ALTER DATABASE " + database.name() + " ALLOW_CONNECTIONS " + (allowed ? "true" : "false"));
    if (!allowed)
      client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" +
                   database.name() + "'");
  }

  static inline std::unique_ptr<const Database> one_, two_;  // of all tests
};

TEST_F(Operation, ACheckSaysThatAllIsWell) {
  const Outcome outcome = run("--check --auth token --tokens-file " + file_with("tokens.json", kTokens));
  EXPECT_EQ(outcome.status, 0) << outcome.text;
  for (const char* line :
       {"ok     postgres: PostgreSQL ", "ok     postgres, extension: ",
        "ok     postgres, login role: may act for every tenant\n", "ok     tokens file: 1 tokens\n",
        "ok     http port: free: ", "ok     grpc port: free: ", "ok     admin port: free: "})
    EXPECT_TRUE(contains(outcome.text, line)) << line << "\n" << outcome.text;
}

TEST_F(Operation, ACheckSaysAllThatWouldFail) {
  Client client = one_->connect();
  const std::string role = one_->name() + "_tenant";
  client.query("CREATE ROLE " + role);
  client.query("SELECT command_center.grant_access('" + role + "', 'dispatcher')");
  const loopback::Listener taken;
  const std::string port = std::to_string(taken.port());
  const std::string words =
      " --check --auth jwt --jwks " + file_with("no-keys.json", "{}") + " --jwt-issuer i --jwt-audience a" +
      " --tokens-file /no/such/file --http-port " + port + " --tenants " + tenants_file() +
      " --database one=dbname=" + one_->name() +
      " --database two=dbname=postgres --database three=dbname=no_such_database --tenant-role " +
      one_->tenant() + "=" + role + " --operator-role no_such_role";
  const Outcome outcome = run(words);
  EXPECT_EQ(outcome.status, 1);
  for (const std::string& line :
       {std::string("ok     tenants file: 2 tenants"), std::string("FAILS  database \"three\": "),
        std::string("FAILS  database \"two\", extension: the extension command_center is not there; CREATE"),
        "FAILS  database \"one\", role \"" + role + "\": may not act for 1 of 1 tenants: " + one_->tenant(),
        std::string("FAILS  database \"one\", operator role \"no_such_role\": "),
        std::string("FAILS  tokens file: could not read \"/no/such/file\""),
        std::string("FAILS  keys of the issuer: "),
        "FAILS  http port: could not listen on \"127.0.0.1\", port " + port,
        std::string("ok     admin port: ")})
    EXPECT_TRUE(contains(outcome.text, line)) << line << "\n" << outcome.text;
  client.query("SELECT command_center.bind_role('" + role + "', '" + one_->tenant() + "')");
  EXPECT_TRUE(contains(run(words).text, "role \"" + role + "\": may act for 1 tenants"));
  client.query("SELECT command_center.unbind_role('" + role + "', '" + one_->tenant() + "')");
  client.query("DROP OWNED BY " + role);
  client.query("DROP ROLE " + role);
}

TEST_F(Operation, ACheckOfSettingsThatCannotBeIsRefusedAsWhole) {
  const Outcome outcome = run("--check --auth token --jwks /x");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_TRUE(contains(outcome.text, "--auth token needs --tokens-file\n")) << outcome.text;
  EXPECT_TRUE(contains(outcome.text, "--auth token looks at no JWT")) << outcome.text;
}

TEST_F(Operation, AHealthcheckNeedsNoTokenAndKnowsIpv6) {
  const std::string tokens = file_with("tokens.json", kTokens);
  const int six = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in6 here{};
  here.sin6_family = AF_INET6;
  here.sin6_addr = in6addr_loopback;
  const bool has_six = bind(six, reinterpret_cast<sockaddr*>(&here), sizeof(here)) == 0;
  close(six);
  const std::string admin = has_six ? "::1" : "127.0.0.1";
  ApiProcess api(*one_, {{"--auth", "token", "--tokens-file", tokens, "--admin-address", admin}, {}, 0});
  const std::string words =
      "healthcheck --admin-address " + admin + " --admin-port " + std::to_string(api.admin_port());
  EXPECT_TRUE(eventually([&] { return run(words).status == 0; }));
  EXPECT_EQ(run(words).text, "working\n");
  api.kill_9();
  EXPECT_EQ(run(words).status, 1);
}

TEST_F(Operation, TooFewDescriptorsAreSaidAtTheStart) {
  const Outcome outcome = run("--auth none", "ulimit -n 100; ");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(contains(outcome.text, "the limit of open files is too low: 100")) << outcome.text;
  EXPECT_TRUE(contains(outcome.text, "LimitNOFILE")) << outcome.text;
}

TEST_F(Operation, EachTenantIsServedByItsDatabase) {
  const ApiProcess api(*one_, of_both());
  HttpClient nobody(api.http_port());
  ASSERT_TRUE(eventually([&] { return nobody.get("/health/readiness").body == R"({"status":"ok"})"; }));
  HttpClient of_one(api.http_port(), caller(one_->tenant()));
  HttpClient of_two(api.http_port(), caller(two_->tenant()));
  const std::size_t in_one = one_->committed().size();
  const std::size_t in_two = two_->committed().size();
  const HttpAnswer placed = place(of_two);
  EXPECT_EQ(placed.status, kAccepted) << placed.body;
  EXPECT_EQ(two_->committed().size(), in_two + 1);
  EXPECT_EQ(one_->committed().size(), in_one);
  EXPECT_EQ(of_two.get(placed.header("location")).status, 200);
  EXPECT_EQ(of_one.get(placed.header("location")).status, 404);
  // Whose database nobody knows.
  HttpClient stranger(api.http_port(), caller(kStranger));
  const HttpAnswer unknown = place(stranger);
  EXPECT_EQ(unknown.status, 404);
  EXPECT_TRUE(contains(unknown.body, "no database has the tenant")) << unknown.body;
  // Without a tenant it takes a name.
  two_->connect().query("SELECT command_center.set_service('only-here')");
  const auto status_of = [&](const HttpHeaders& headers) {
    return nobody.get("/v1/command-center/services/only-here", headers).status;
  };
  EXPECT_EQ(status_of({}), 400);
  EXPECT_EQ(status_of({"x-database: one"}), 404);
  EXPECT_EQ(status_of({"x-database: two"}), 200);
  EXPECT_EQ(status_of({"x-database: three"}), 400);
  EXPECT_EQ(status_of({"x-tenant-id: " + two_->tenant()}), 200);
  EXPECT_EQ(status_of({"x-tenant-id: " + two_->tenant(), "x-database: one"}), 400);
  // The file is read anew.
  const std::string file = tenants_file(", \"" + kStranger + "\": \"one\"");
  EXPECT_TRUE(eventually([&] { return place(stranger).status == kAccepted; })) << api.log();
}

TEST_F(Operation, ARoleIsThatOfTheTenantThatIsAskedAbout) {
  Client client = one_->connect();
  const std::string role = one_->name() + "_reader";
  client.query("CREATE ROLE " + role);
  client.query("SELECT command_center.grant_access('" + role + "', 'reader')");
  client.query("SELECT command_center.bind_role('" + role + "', '" + one_->tenant() + "')");
  const ApiProcess api(*one_, {{"--auth", "none", "--tenant-role", one_->tenant() + "=" + role,
                                "--tenant-role", kStranger + "=" + role + "_is_not_there"},
                               {},
                               0});
  HttpClient http(api.http_port());
  ASSERT_TRUE(eventually([&] { return http.get("/health/readiness").status == 200; }));
  const auto ask = [&](const std::string& caller_of, const std::string& about) {
    return http.get("/v1/routes?tenantId=" + about, caller(caller_of));
  };
  EXPECT_EQ(ask(one_->tenant(), one_->tenant()).status, 200);
  EXPECT_EQ(ask(kStranger, one_->tenant()).status, 200);
  const HttpAnswer missing = ask(one_->tenant(), kStranger);
  EXPECT_EQ(missing.status, kUnavailable) << missing.body;
  EXPECT_FALSE(contains(missing.body, "is_not_there")) << missing.body;
  EXPECT_TRUE(api.logs("could not take the role of a request")) << api.log();
}

// The other door has the same databases and says the same of them.
TEST_F(Operation, EachTenantIsServedByItsDatabaseOverGrpc) {
  const ApiProcess api(*one_, of_both());
  const auto stub = v1::Commands::NewStub(::grpc::CreateChannel(
      "127.0.0.1:" + std::to_string(api.grpc_port()), ::grpc::InsecureChannelCredentials()));
  HttpClient http(api.http_port());
  ASSERT_TRUE(eventually([&] { return http.get("/health/readiness").body == R"({"status":"ok"})"; }));
  two_->connect().query("SELECT command_center.set_service('only-in-two')");
  using Metadata = std::vector<std::pair<std::string, std::string>>;
  const auto introduce = [](::grpc::ClientContext& context, const Metadata& metadata) {
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    context.set_wait_for_ready(true);
    for (const auto& [name, value] : metadata) context.AddMetadata(name, value);
  };
  const auto place_by = [&](const Metadata& metadata, v1::ExecuteResponse& response) {
    ::grpc::ClientContext context;
    introduce(context, metadata);
    v1::ExecuteRequest request;
    request.set_command_name("order.place");
    request.set_payload("{}");
    return stub->Execute(&context, request, &response).error_code();
  };
  const std::size_t in_one = one_->committed().size();
  const std::size_t in_two = two_->committed().size();
  v1::ExecuteResponse placed;
  EXPECT_EQ(place_by({{"x-tenant-id", two_->tenant()}}, placed), ::grpc::StatusCode::OK);
  EXPECT_EQ(place_by({{"x-tenant-id", two_->tenant()}, {"x-database", "two"}}, placed),
            ::grpc::StatusCode::OK);
  EXPECT_EQ(two_->committed().size(), in_two + 2);
  EXPECT_EQ(one_->committed().size(), in_one);
  HttpClient of_two(api.http_port(), caller(two_->tenant()));
  EXPECT_EQ(of_two.get("/v1/dispatches/" + placed.command_id()).status, 200);

  // What HTTP says is what gRPC says.
  const auto call = [&](const Metadata& metadata) {
    ::grpc::ClientContext context;
    introduce(context, metadata);
    v1::CallRequest request;
    request.set_operation("getService");
    (*request.mutable_parameters())["serviceId"] = "only-in-two";
    v1::CallResponse response;
    return stub->Call(&context, request, &response);
  };
  const auto asked = [&](const Metadata& metadata) {
    HttpHeaders headers;
    for (const auto& [name, value] : metadata) headers.push_back(name + ": " + value);
    return http.get("/v1/command-center/services/only-in-two", headers);
  };
  const std::vector<std::pair<Metadata, ::grpc::StatusCode>> cases{
      {{}, ::grpc::StatusCode::INVALID_ARGUMENT},
      {{{"x-database", "one"}}, ::grpc::StatusCode::NOT_FOUND},
      {{{"x-database", "two"}}, ::grpc::StatusCode::OK},
      {{{"x-database", "three"}}, ::grpc::StatusCode::INVALID_ARGUMENT},
      {{{"x-tenant-id", two_->tenant()}}, ::grpc::StatusCode::OK},
      {{{"x-tenant-id", two_->tenant()}, {"x-database", "one"}}, ::grpc::StatusCode::INVALID_ARGUMENT},
      {{{"x-tenant-id", "22222222-2222-4222-8222-222222222222"}}, ::grpc::StatusCode::NOT_FOUND}};
  for (const auto& [metadata, expected] : cases) {
    SCOPED_TRACE(metadata.empty() ? "nothing" : metadata.back().first + " " + metadata.back().second);
    const ::grpc::Status status = call(metadata);
    EXPECT_EQ(status.error_code(), expected) << status.error_message();
    const HttpAnswer answer = asked(metadata);
    EXPECT_EQ(answer.status, expected == ::grpc::StatusCode::OK          ? 200
                             : expected == ::grpc::StatusCode::NOT_FOUND ? 404
                                                                         : 400);
    EXPECT_TRUE(status.ok() || contains(answer.body, status.error_message())) << answer.body;
  }
  allow_connections(*two_, false);
  EXPECT_TRUE(eventually([&] {
    return place_by({{"x-tenant-id", two_->tenant()}}, placed) == ::grpc::StatusCode::UNAVAILABLE;
  }));
  EXPECT_EQ(place_by({{"x-tenant-id", one_->tenant()}}, placed), ::grpc::StatusCode::OK);
  allow_connections(*two_, true);
  EXPECT_TRUE(eventually([&] {
    return place_by({{"x-tenant-id", two_->tenant()}}, placed) == ::grpc::StatusCode::OK;
  }));
}

TEST_F(Operation, ADatabaseThatIsDownHoldsUpNoOther) {
  const ApiProcess api(*one_, of_both());
  HttpClient of_two(api.http_port(), caller(two_->tenant()));
  HttpClient admin(api.admin_port());
  std::atomic<bool> stopping{false};
  std::atomic<int> accepted{0};
  std::atomic<int> others{0};
  ASSERT_TRUE(eventually([&] { return admin.get("/readyz").body == "working\n"; })) << api.log();
  std::thread load([&] {
    HttpClient of_one(api.http_port(), caller(one_->tenant()));
    while (!stopping) ++(place(of_one).status == kAccepted ? accepted : others);
  });
  EXPECT_EQ(place(of_two).status, kAccepted);
  allow_connections(*two_, false);
  EXPECT_TRUE(eventually([&] { return place(of_two).status == kUnavailable; }));
  EXPECT_TRUE(eventually([&] { return admin.get("/readyz").body == "working; unavailable: two\n"; }));
  const HttpAnswer readiness = of_two.get("/health/readiness");
  EXPECT_EQ(readiness.status, 200);
  EXPECT_EQ(readiness.body, R"({"status":"ok","unavailable":["two"]})");
  const std::string metrics = admin.get("/metrics").body;
  EXPECT_TRUE(contains(metrics, "command_center_api_database_up{database=\"one\"} 1"));
  EXPECT_TRUE(contains(metrics, "command_center_api_database_up{database=\"two\"} 0"));
  const int before = accepted;
  EXPECT_TRUE(eventually([&] { return accepted > before + 20; }));
  allow_connections(*two_, true);
  EXPECT_TRUE(eventually([&] { return place(of_two).status == kAccepted; }));
  EXPECT_TRUE(eventually([&] { return admin.get("/readyz").body == "working\n"; }));
  stopping = true;
  load.join();
  EXPECT_EQ(others, 0);
}

TEST_F(Operation, WhatAClientReadsEndsInTheDatabaseWhenItLeaves) {
  const ApiProcess api(*one_, {{"--auth", "none", "--request-seconds", "600"}, {}, 0});
  HttpClient ready(api.http_port());
  ASSERT_TRUE(eventually([&] { return ready.get("/health/readiness").status == 200; }));
  Client blocker = one_->connect();
  Client watcher = two_->connect();
  const auto waiting = [&] {
    return watcher.value(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = '" +
        one_->name() + "'");
  };
  blocker.query("BEGIN");
  blocker.query("LOCK TABLE command_center.command_dispatches IN ACCESS EXCLUSIVE MODE");
  loopback::Descriptor client = loopback::open_socket();
  ASSERT_TRUE(loopback::connect_to(api.http_port(), client));
  const std::string request =
      "GET /v1/dispatches/0198f6a0-0000-7000-8000-00000000000a HTTP/1.1\r\nHost: localhost\r\nx-tenant-id: " +
      one_->tenant() + "\r\n\r\n";
  ASSERT_TRUE(loopback::send_all(client, request));
  EXPECT_TRUE(eventually([&] { return waiting() == "1"; }));
  client = loopback::Descriptor();
  EXPECT_TRUE(eventually([&] { return waiting() == "0"; }));
  blocker.query("ROLLBACK");
}

// One that answers nobody, which is worse than one that refuses.
TEST_F(Operation, ADatabaseThatHangsHoldsUpNoOther) {
  const ApiProcess api(*one_, of_both());
  HttpClient of_one(api.http_port(), caller(one_->tenant()));
  ASSERT_TRUE(eventually([&] { return place(of_one).status == kAccepted; }));
  Client blocker = two_->connect();
  Client watcher = one_->connect();
  blocker.query("BEGIN");
  blocker.query("LOCK TABLE command_center.command_dispatches IN ACCESS EXCLUSIVE MODE");
  constexpr int kHanging = 12;  // more than there are connections
  std::vector<std::thread> hanging;
  for (int each = 0; each < kHanging; ++each) {
    hanging.emplace_back([&] {
      HttpClient of_two(api.http_port(), caller(two_->tenant()));
      EXPECT_EQ(of_two.get("/v1/dispatches/0198f6a0-0000-7000-8000-00000000000a").status, 404);
    });
  }
  EXPECT_TRUE(eventually([&] {
    return std::stoi(watcher.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
                                   "datname = '" +
                                   two_->name() + "'")) > 1;
  }));
  for (int each = 0; each < 20; ++each) {
    const HttpAnswer placed = place(of_one);
    EXPECT_EQ(placed.status, kAccepted) << placed.body;
    EXPECT_EQ(of_one.get(placed.header("location")).status, 200);
  }
  blocker.query("ROLLBACK");
  for (std::thread& each : hanging) each.join();
}

}  // namespace
}  // namespace command_center::api_tests
