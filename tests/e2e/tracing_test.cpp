// One trace leads from a client's request over the database and Kafka to what a subscription did with it.
#include <signal.h>

#include <string>

#include "tests/api/support/api_process.hpp"
#include "tests/api/support/http_client.hpp"
#include "tests/e2e/support/collector.hpp"
#include "tests/e2e/support/consuming.hpp"
#include "tests/e2e/support/metrics.hpp"

namespace command_center::e2e {
namespace {

const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kUnsampledTrace = "5bf92f3577b34da6a3ce929d0e0e4736";
const std::string kCaller = "00f067aa0ba902b7";
constexpr int kServer = 2, kClient = 3, kProducer = 4, kConsumer = 5;

class Tracing : public Consuming {
 protected:
  RelayOptions traced_relay() {
    RelayOptions options = kConsume;
    options.command = "all";
    options.environment = collector_.environment();
    return options;
  }

  SeenSpan span_of(const std::string& trace, const std::string& name) {
    SeenSpan span =
        collector_.await([&](const SeenSpan& one) { return one.trace == trace && one.name == name; });
    EXPECT_EQ(span.name, name) << "did not come";
    return span;
  }
  // Of the message of a command, as the relay wrote it.
  std::string traceparent_of(const std::string& trace) {
    for (const Received& message : reader_.messages()) {
      const auto header = message.headers.find("traceparent");
      if (header != message.headers.end() && header->second.find(trace) == 3) return header->second;
    }
    return {};
  }

  Collector collector_;
};

TEST_F(Tracing, LeadsFromARequestOverKafkaToItsEffect) {
  client_.query("SELECT command_center.set_subscription('orders', ARRAY['" + std::string(kCommandTopic) +
                "'], 'public.apply_one(command_center.kafka_message)')");
  RelayProcess relay(database_, traced_relay());
  api_tests::ApiProcess api(database_, {{"--auth", "none"}, collector_.environment(), 0});
  api_tests::HttpClient http(api.http_port(), {"x-tenant-id: " + database_.tenant()});
  const auto execute = [&](const std::string& traceparent) {
    return http.post("/v1/commands/order.place/execute", R"({"payload":{"number":1}})",
                     {"traceparent: " + traceparent, "tracestate: vendor=value"});
  };
  ASSERT_EQ(execute("00-" + kUnsampledTrace + "-" + kCaller + "-00").status, 202) << api.log();
  ASSERT_TRUE(becomes_applied(1)) << relay.log();
  ASSERT_EQ(execute("00-" + kTrace + "-" + kCaller + "-01").status, 202);
  ASSERT_TRUE(becomes_applied(2)) << relay.log();

  const SeenSpan request = span_of(kTrace, "POST /v1/commands/{commandName}/execute");
  EXPECT_EQ(request.parent, kCaller);
  EXPECT_EQ(request.state, "vendor=value");
  EXPECT_EQ(request.service, "command-center-api");
  EXPECT_EQ(request.kind, kServer);
  EXPECT_EQ(request.attributes.at("http.response.status_code"), "202");
  const SeenSpan statement = span_of(kTrace, "execute_commands");
  EXPECT_EQ(statement.parent, request.id);
  EXPECT_EQ(statement.kind, kClient);
  const SeenSpan publish = span_of(kTrace, "publish");
  EXPECT_EQ(publish.parent, request.id);
  EXPECT_EQ(publish.state, "vendor=value");
  EXPECT_EQ(publish.service, "command-center-relay");
  EXPECT_EQ(publish.kind, kProducer);
  const SeenSpan process = span_of(kTrace, "process orders");
  EXPECT_EQ(process.parent, request.id);
  EXPECT_EQ(process.state, "vendor=value");
  EXPECT_EQ(process.kind, kConsumer);
  EXPECT_EQ(process.attributes.at("messaging.destination.name"), kCommandTopic);
  const SeenSpan handler = span_of(kTrace, "apply_messages");
  EXPECT_EQ(handler.parent, process.id);

  // What is not sampled goes on all the same.
  ASSERT_TRUE(reader_.receives(database_.committed())) << relay.log();
  EXPECT_EQ(traceparent_of(kTrace), "00-" + kTrace + "-" + request.id + "-01");
  for (const Received& message : reader_.messages())
    EXPECT_EQ(message.headers.at("tracestate"), "vendor=value");
  const std::string unsampled = traceparent_of(kUnsampledTrace);
  EXPECT_EQ(unsampled.substr(unsampled.size() - 3), "-00") << unsampled;
  EXPECT_EQ(unsampled.find(kCaller), std::string::npos) << unsampled;
  api.send(SIGTERM);
  relay.send(SIGTERM);
  EXPECT_EQ(api.exit_status(), 0) << api.log();
  EXPECT_EQ(relay.exit_status(), 0) << relay.log();
  for (const SeenSpan& span : collector_.spans()) EXPECT_EQ(span.trace, kTrace) << span.name;
}

// Of commands that are published together no trace gets more than a link.
TEST_F(Tracing, LinksABatchToTheTracesOfItsMessages) {
  client_.query("SELECT command_center.execute_command('order.place', '{}', '" + database_.tenant() +
                "', traceparent => format('00-%s-00f067aa0ba902b7-01', lpad(n::text, 32, '0')))"
                " FROM generate_series(1, 150) AS n");
  RelayOptions options{{}, {}, collector_.environment()};
  RelayProcess relay(database_, options);
  const SeenSpan publish = collector_.await([](const SeenSpan& span) { return span.name == "publish"; });
  EXPECT_EQ(publish.parent, "");
  EXPECT_EQ(publish.linked_traces.size(), 128U);
  EXPECT_EQ(publish.attributes.at("messaging.batch.message_count"), "150");
  relay.send(SIGTERM);
  EXPECT_EQ(relay.exit_status(), 0) << relay.log();
}

TEST_F(Tracing, ThatNobodyTakesHoldsNoMessageUp) {
  Collector hanging(Collector::Manner::kHangs);
  std::vector<std::string> environment = hanging.environment();
  environment.emplace_back("OTEL_BSP_MAX_QUEUE_SIZE=1");
  RelayProcess relay(database_, {{}, {}, environment});
  const auto place = [&] {
    client_.query("SELECT command_center.execute_command('order.place', '{}', '" + database_.tenant() +
                  "', traceparent => '00-" + kTrace + "-" + kCaller + "-01')");
    EXPECT_TRUE(reader_.receives(database_.committed())) << relay.log();
  };
  place();
  EXPECT_TRUE(eventually([&] { return hanging.requests() > 0; }));
  const auto drops = [&] {
    return metric(relay.get("/metrics").second, "command_center_spans_dropped_total{reason=\"queue_full\"}") >
           0;
  };
  for (int command = 0; command < 3; ++command) place();
  EXPECT_TRUE(eventually(drops)) << relay.get("/metrics").second;
  relay.send(SIGTERM);
  EXPECT_EQ(relay.exit_status(), 0) << relay.log();
}

}  // namespace
}  // namespace command_center::e2e
