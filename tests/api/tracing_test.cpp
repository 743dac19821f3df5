// The API's spans: of both doors, well-formed by the official protobuf, and never in a client's way.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "command_center/v1/commands.grpc.pb.h"
#include "tests/api/support/api_process.hpp"
#include "tests/api/support/http_client.hpp"
#include "tests/e2e/support/collector.hpp"
#include "tests/e2e/support/metrics.hpp"
#include "tests/e2e/support/servers.hpp"

namespace command_center::api_tests {
namespace {

using e2e::Collector;
using e2e::SeenSpan;

const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kCaller = "00f067aa0ba902b7";
const std::string kTraceparent = "00-" + kTrace + "-" + kCaller + "-01";

class Tracing : public testing::Test {
 protected:
  static void SetUpTestSuite() { database_ = std::make_unique<const Database>(); }
  static void TearDownTestSuite() { database_.reset(); }

  static ApiOptions options(const Collector& collector, const std::vector<std::string>& environment = {},
                            const std::vector<std::string>& flags = {}) {
    ApiOptions options{{"--auth", "none", "--requests-per-minute", "0"}, collector.environment(), 0};
    options.environment.insert(options.environment.end(), environment.begin(), environment.end());
    options.flags.insert(options.flags.end(), flags.begin(), flags.end());
    return options;
  }
  static HttpHeaders tenant() { return {"x-tenant-id: " + database_->tenant()}; }
  static std::string metrics_of(const ApiProcess& api) {
    HttpClient admin(api.admin_port());
    return admin.get("/metrics").body;
  }

  static inline std::unique_ptr<const Database> database_;  // of all tests
};

// Whether spans are sent or not, and by whichever way a command comes.
TEST_F(Tracing, KeepsTheTraceState) {
  const Collector collector;
  Client client = database_->connect();
  for (const ApiOptions& each :
       {options(collector), ApiOptions{{"--auth", "none", "--requests-per-minute", "0"}, {}, 0}}) {
    ApiProcess api(*database_, each);
    HttpHeaders headers = tenant();
    headers.insert(headers.end(),
                   {"traceparent: " + kTraceparent, "tracestate: vendor=value , b=2", "tracestate: c=3"});
    HttpClient http(api.http_port(), headers);
    const auto last = [&](const std::string& path, const std::string& body) {
      const HttpAnswer answer = http.post(path, body);
      EXPECT_LT(answer.status, 300) << answer.body;
      return client.value(
          "SELECT substr(headers ->> 'traceparent', 4, 32) || ' ' || coalesce(headers ->> 'tracestate', '')"
          " FROM command_center.transactional_outbox ORDER BY \"position\" DESC LIMIT 1");
    };
    EXPECT_EQ(last("/v1/commands/order.place/execute", R"({"payload":{}})"),
              kTrace + " vendor=value,b=2,c=3");
    EXPECT_EQ(last("/v1/commands/batch", R"([{"commandName":"order.place","payload":{}}])"),
              kTrace + " vendor=value,b=2,c=3");
    HttpClient plain(api.http_port(), tenant());
    EXPECT_EQ(plain
                  .post("/v1/commands/order.place/execute",
                        R"({"payload":{},"traceparent":")" + kTraceparent + R"( in=body"})")
                  .status,
              202);
    EXPECT_EQ(client.value("SELECT headers ->> 'tracestate' FROM command_center.transactional_outbox"
                           " ORDER BY \"position\" DESC LIMIT 1"),
              "in=body");
  }
}

TEST_F(Tracing, TellsOfRefusalsAndUnknownPathsByTheirRoute) {
  Collector collector;
  ApiProcess api(*database_, options(collector));
  HttpClient http(api.http_port(), tenant());
  const auto named = [&](const std::string& name) {
    return collector.await([&](const SeenSpan& span) { return span.name == name; });
  };
  ASSERT_EQ(http.get("/v1/dispatches/11111111-1111-4111-8111-111111111111").status, 404);
  const SeenSpan refused = named("GET /v1/dispatches/{commandId}");
  EXPECT_EQ(refused.attributes.at("http.route"), "/v1/dispatches/{commandId}");
  EXPECT_EQ(refused.attributes.at("http.response.status_code"), "404");
  EXPECT_FALSE(refused.is_error);
  EXPECT_EQ(refused.parent, "");
  const SeenSpan call = named("get_dispatch");
  EXPECT_EQ(call.parent, refused.id);
  EXPECT_EQ(call.attributes.at("db.stored_procedure.name"), "command_center.get_dispatch");
  ASSERT_EQ(http.get("/nowhere/at/all").status, 404);
  EXPECT_EQ(named("GET").attributes.count("http.route"), 0U);
  ASSERT_EQ(http.send("MADEUP", "/v1/commands").status, 405);
  EXPECT_EQ(named("HTTP").attributes.at("http.request.method"), "_OTHER");
}

TEST_F(Tracing, BeginsATraceWhereTheTraceparentIsMalformed) {
  Collector collector;
  ApiProcess api(*database_, options(collector));
  HttpClient http(api.http_port(), tenant());
  ASSERT_EQ(http.post("/v1/commands/order.place/execute", R"({"payload":{}})",
                      {"traceparent: 00-" + std::string(32, '0') + "-" + kCaller + "-01", "tracestate: a=1"})
                .status,
            202);
  const SeenSpan begun = collector.await([](const SeenSpan& span) { return span.kind == 2; });
  EXPECT_EQ(begun.parent, "");
  EXPECT_EQ(begun.state, "");
  EXPECT_EQ(begun.trace.size(), 32U);
  EXPECT_EQ(begun.attributes.count("command_center.command.id"), 1U);
  // The body may name the trace as well.
  ASSERT_EQ(
      http.post("/v1/commands/order.place/execute", R"({"payload":{},"traceparent":")" + kTraceparent + "\"}")
          .status,
      202);
  const SeenSpan named =
      collector.await([](const SeenSpan& span) { return span.kind == 2 && span.trace == kTrace; });
  EXPECT_EQ(named.parent, kCaller);
}

TEST_F(Tracing, NamesTheMethodOfAGrpcCall) {
  Collector collector;
  ApiProcess api(*database_, options(collector));
  const auto stub = v1::Commands::NewStub(::grpc::CreateChannel(
      "127.0.0.1:" + std::to_string(api.grpc_port()), ::grpc::InsecureChannelCredentials()));
  const auto call = [&](const std::string& command) {
    ::grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    context.set_wait_for_ready(true);
    context.AddMetadata("x-tenant-id", database_->tenant());
    context.AddMetadata("traceparent", kTraceparent);
    v1::ExecuteRequest request;
    request.set_command_name(command);
    request.set_payload("{}");
    v1::ExecuteResponse response;
    return stub->Execute(&context, request, &response);
  };
  ASSERT_TRUE(call("order.place").ok()) << api.log();
  ASSERT_EQ(call("no.such").error_code(), ::grpc::StatusCode::NOT_FOUND);
  ::grpc::ClientContext unchanged;
  unchanged.set_deadline(std::chrono::system_clock::now() + kPatience);
  unchanged.AddMetadata("x-tenant-id", database_->tenant());
  unchanged.AddMetadata("if-none-match", "*");
  v1::CallRequest asked;
  asked.set_operation("listCommandVersions");
  (*asked.mutable_parameters())["commandName"] = "order.place";
  v1::CallResponse answered;
  ASSERT_TRUE(stub->Call(&unchanged, asked, &answered).ok());
  ASSERT_EQ(answered.status(), 304);
  const SeenSpan not_modified =
      collector.await([](const SeenSpan& one) { return one.name == "command_center.v1.Commands/Call"; });
  EXPECT_EQ(not_modified.attributes.at("rpc.grpc.status_code"), "0");
  EXPECT_FALSE(not_modified.is_error);
  for (const std::string code : {"0", "5"}) {
    const SeenSpan span = collector.await([&](const SeenSpan& one) {
      const auto status = one.attributes.find("rpc.grpc.status_code");
      return status != one.attributes.end() && status->second == code && one.trace == kTrace;
    });
    EXPECT_EQ(span.name, "command_center.v1.Commands/Execute");
    EXPECT_EQ(span.attributes.at("rpc.system"), "grpc");
    EXPECT_EQ(span.attributes.at("rpc.method"), "Execute");
    EXPECT_EQ(span.trace, kTrace);
    EXPECT_EQ(span.parent, kCaller);
    EXPECT_FALSE(span.is_error);
  }
}

TEST_F(Tracing, LeadsToAnEventOfAServicesOwn) {
  Collector collector;
  ApiProcess api(*database_, options(collector));
  HttpClient http(api.http_port(), tenant());
  Client client = database_->connect();
  client.query("SELECT command_center.set_topic('traced.events')");
  const HttpAnswer answer =
      http.post("/v1/events", R"({"topic":"traced.events","eventType":"thing.happened","payload":{}})",
                {"traceparent: " + kTraceparent, "tracestate: vendor=value", "tracestate: other=1"});
  ASSERT_LT(answer.status, 300) << answer.body;
  EXPECT_EQ(client.value("SELECT headers ->> 'tracestate' FROM command_center.transactional_outbox"
                         " WHERE topic = 'traced.events'"),
            "vendor=value,other=1");
  const SeenSpan request =
      collector.await([](const SeenSpan& span) { return span.kind == 2 && span.trace == kTrace; });
  EXPECT_EQ(client.value("SELECT headers ->> 'traceparent' FROM command_center.transactional_outbox"
                         " WHERE topic = 'traced.events'"),
            "00-" + kTrace + "-" + request.id + "-01");
}

// While the only connection waits for a lock, commands gather.
TEST_F(Tracing, LinksABatchToTheRequestsItAnswers) {
  Collector collector;
  ApiProcess api(*database_, options(collector, {},
                                     {"--database-connections", "1", "--lock-wait-ms", "60000",
                                      "--request-seconds", "600"}));
  HttpClient http(api.http_port(), tenant());
  ASSERT_EQ(http.post("/v1/commands/order.place/execute", "{}").status, 202);
  Client holder = database_->connect();
  holder.query("BEGIN");
  holder.query("LOCK TABLE command_center.command_dispatches IN ACCESS EXCLUSIVE MODE");
  std::vector<std::thread> clients;
  clients.emplace_back([&] {
    HttpClient client(api.http_port(), tenant());
    EXPECT_EQ(client.get("/v1/dispatches").status, 200);
  });
  const auto under_way = [&](int requests) {
    return eventually([&] {
      return metrics_of(api).find("\ncommand_center_api_requests_under_way " + std::to_string(requests) +
                                  "\n") != std::string::npos;
    });
  };
  ASSERT_TRUE(under_way(1)) << metrics_of(api);
  for (int number = 0; number < 5; ++number) {
    clients.emplace_back([&] {
      HttpClient client(api.http_port(), tenant());
      EXPECT_EQ(client.post("/v1/commands/order.place/execute", "{}").status, 202);
    });
  }
  EXPECT_TRUE(under_way(6)) << metrics_of(api);
  holder.query("COMMIT");
  for (std::thread& client : clients) client.join();
  const SeenSpan batch = collector.await(
      [](const SeenSpan& span) { return span.name == "execute_commands" && !span.linked_traces.empty(); });
  EXPECT_EQ(batch.parent, "");
  EXPECT_EQ(batch.attributes.at("db.operation.batch.size"), std::to_string(batch.linked_traces.size()));
}

TEST_F(Tracing, ThatNobodyTakesHarmsNobody) {
  for (const auto manner : {Collector::Manner::kHangs, Collector::Manner::kRefuses}) {
    Collector collector(manner);
    ApiProcess api(*database_,
                   options(collector, {"OTEL_BSP_MAX_QUEUE_SIZE=10", "OTEL_EXPORTER_OTLP_TIMEOUT=600000"}));
    HttpClient http(api.http_port(), tenant());
    const bool hangs = manner == Collector::Manner::kHangs;
    const std::string dropped = std::string("command_center_spans_dropped_total{reason=\"") +
                                (hangs ? "queue_full" : "refused") + "\"}";
    for (int request = 0; request < 50; ++request)
      ASSERT_EQ(http.post("/v1/commands/order.place/execute", "{}").status, 202) << api.log();
    EXPECT_TRUE(eventually([&] {
      (void)http.get("/livez");
      return e2e::metric(metrics_of(api), dropped) > 0;
    })) << metrics_of(api);
    api.send(SIGTERM);
    EXPECT_EQ(api.exit_status(), 0) << api.log();
    // Once, not for each request.
    const std::string log = api.log();
    const std::size_t first = log.find("the collector does not take spans");
    EXPECT_TRUE(hangs || first != std::string::npos) << log;
    if (first != std::string::npos) {
      EXPECT_EQ(log.find("the collector does not take spans", first + 1), std::string::npos) << log;
    }
  }
}

TEST_F(Tracing, SendsWhatWaitsBeforeItStops) {
  Collector collector;
  ApiOptions late = options(collector);
  late.environment = {"OTEL_BSP_SCHEDULE_DELAY=3600000", collector.environment().front(),
                      "OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20secret"};
  ApiProcess api(*database_, late);
  HttpClient http(api.http_port(), tenant());
  ASSERT_EQ(http.post("/v1/commands/order.place/execute", "{}").status, 202);
  EXPECT_EQ(collector.requests(), 0);
  api.send(SIGTERM);
  EXPECT_EQ(api.exit_status(), 0) << api.log();
  EXPECT_EQ(collector.spans().size(), 2U);
  EXPECT_NE(collector.heads().front().find("authorization: Bearer secret"), std::string::npos);
  EXPECT_EQ(api.log().find("secret"), std::string::npos);
}

TEST_F(Tracing, RefusesWhatItCannotHonour) {
  Collector collector;
  try {
    const ApiProcess api(*database_, options(collector, {"OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}));
    FAIL() << "it started";
  } catch (const std::exception& refused) {
    EXPECT_NE(std::string(refused.what()).find("OTEL_EXPORTER_OTLP_PROTOCOL must be http/json"),
              std::string::npos)
        << refused.what();
  }
}

// tests/tracing/judge brings the protobuf where it can.
TEST_F(Tracing, IsWhatTheOfficialProtobufReads) {
  Collector collector;
  ApiProcess api(*database_, options(collector));
  HttpClient http(api.http_port(), tenant());
  ASSERT_EQ(
      http.post("/v1/commands/order.place/execute", "{}", {"traceparent: " + kTraceparent, "tracestate: a=1"})
          .status,
      202);
  ASSERT_EQ(http.post("/v1/commands/no.such/execute", "{}").status, 404);
  api.send(SIGTERM);
  ASSERT_EQ(api.exit_status(), 0) << api.log();
  ASSERT_GE(collector.spans().size(), 4U);  // two requests and their statements
  const std::string file = e2e::required_variable("COMMAND_CENTER_TEST_DIR") + "/spans.jsonl";
  std::ofstream lines(file);
  for (const std::string& body : collector.bodies()) lines << body << '\n';
  lines.close();
  const int status = WEXITSTATUS(std::system(
      (E2E_SOURCE_DIR "/tests/tracing/judge '" + file + "' " + std::to_string(collector.spans().size()))
          .c_str()));  // NOLINT(cert-env33-c)
  if (status == 77) GTEST_SKIP() << "no opentelemetry-proto for python3, and pip brings none";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace command_center::api_tests
