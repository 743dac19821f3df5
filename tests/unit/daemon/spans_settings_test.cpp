// The standard's variables are honoured or refused, and nothing is read where no spans are sent.
#include "daemon/spans/settings.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace command_center::daemon::spans {
namespace {

constexpr const char* kEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318";

struct Read {
  Settings settings;
  std::optional<std::string> mistake;
};

Read of(std::vector<const char*> environment) {
  environment.push_back(nullptr);
  Read read;
  read.mistake = spans::read(environment.data(), "command-center-test", read.settings);
  return read;
}

TEST(SpanSettings, SendNothingWithoutAnEndpoint) {
  for (const Read& read :
       {of({}), of({"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_TRACES_SAMPLER=never"}),
        of({"OTEL_EXPORTER_OTLP_ENDPOINT="}), of({kEndpoint, "OTEL_SDK_DISABLED=True"}),
        of({kEndpoint, "OTEL_TRACES_EXPORTER=none", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc"})}) {
    EXPECT_FALSE(read.mistake) << *read.mistake;
    EXPECT_TRUE(read.settings.url.empty());
  }
}

TEST(SpanSettings, HaveTheStandardsDefaults) {
  const Read read = of({kEndpoint});
  ASSERT_FALSE(read.mistake) << *read.mistake;
  EXPECT_EQ(read.settings.url, "http://127.0.0.1:4318/v1/traces");
  EXPECT_EQ(read.settings.service_name, "command-center-test");
  EXPECT_EQ(read.settings.sampler, Sampler::kAlwaysOn);
  EXPECT_EQ(read.settings.obeys, Obeys::kParent);
  EXPECT_EQ(read.settings.timeout.count(), 10'000);
  EXPECT_EQ(read.settings.schedule_delay.count(), 5'000);
  EXPECT_EQ(read.settings.export_limit.count(), 30'000);
  EXPECT_EQ(read.settings.most_queued, 2'048U);
  EXPECT_EQ(read.settings.most_together, 512U);
  EXPECT_EQ(read.settings.most_links, 128U);
}

TEST(SpanSettings, OfTracesWinOverThoseOfAll) {
  const Read read =
      of({"OTEL_EXPORTER_OTLP_ENDPOINT=http://one/", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://two/x",
          "OTEL_EXPORTER_OTLP_TIMEOUT=1", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT=2",
          "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/json",
          "OTEL_EXPORTER_OTLP_HEADERS=a=1", "OTEL_EXPORTER_OTLP_TRACES_HEADERS=b=2, c = x%20y%3D"});
  ASSERT_FALSE(read.mistake) << *read.mistake;
  EXPECT_EQ(read.settings.url, "https://two/x");
  EXPECT_EQ(read.settings.timeout.count(), 2);
  EXPECT_EQ(read.settings.headers, (Pairs{{"b", "2"}, {"c", "x y="}}));
  EXPECT_EQ(of({"OTEL_EXPORTER_OTLP_ENDPOINT=http://one/base/"}).settings.url, "http://one/base/v1/traces");
}

TEST(SpanSettings, NameTheService) {
  const auto named =
      of({kEndpoint, "OTEL_RESOURCE_ATTRIBUTES=service.name=a,deployment.environment.name=x%2Cy"});
  EXPECT_EQ(named.settings.service_name, "a");
  EXPECT_EQ(named.settings.resource, (Pairs{{"deployment.environment.name", "x,y"}}));
  EXPECT_EQ(
      of({kEndpoint, "OTEL_SERVICE_NAME=b", "OTEL_RESOURCE_ATTRIBUTES=service.name=a"}).settings.service_name,
      "b");
}

TEST(SpanSettings, ChooseTheSampler) {
  const auto ratio = of({kEndpoint, "OTEL_TRACES_SAMPLER=traceidratio", "OTEL_TRACES_SAMPLER_ARG=0.25"});
  EXPECT_EQ(ratio.settings.sampler, Sampler::kRatio);
  EXPECT_EQ(ratio.settings.obeys, Obeys::kNobody);
  EXPECT_EQ(ratio.settings.ratio, 0.25);
  const auto off = of({kEndpoint, "OTEL_TRACES_SAMPLER=parentbased_always_off"});
  EXPECT_EQ(off.settings.sampler, Sampler::kAlwaysOff);
  EXPECT_EQ(off.settings.obeys, Obeys::kParent);
}

TEST(SpanSettings, KeepABatchWithinTheQueue) {
  EXPECT_EQ(of({kEndpoint, "OTEL_BSP_MAX_QUEUE_SIZE=10"}).settings.most_together, 10U);
}

// By the name of the variable, and without its value.
TEST(SpanSettings, ThatCannotBeHonouredAreRefused) {
  for (const char* variable :
       {"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=secret", "OTEL_EXPORTER_OTLP_COMPRESSION=gzip",
        "OTEL_EXPORTER_OTLP_HEADERS=secret", "OTEL_EXPORTER_OTLP_HEADERS=a=%zz",
        "OTEL_EXPORTER_OTLP_HEADERS=a=secret%0d%0ab: c", "OTEL_EXPORTER_OTLP_TIMEOUT=secret",
        "OTEL_EXPORTER_OTLP_TIMEOUT=-1", "OTEL_TRACES_SAMPLER=jaeger_remote", "OTEL_TRACES_EXPORTER=zipkin",
        "OTEL_BSP_MAX_QUEUE_SIZE=0", "OTEL_BSP_SCHEDULE_DELAY=5s", "OTEL_PROPAGATORS=b3",
        "OTEL_PROPAGATORS=tracecontext,b3", "OTEL_RESOURCE_ATTRIBUTES=a=%ff",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=ftp://secret/", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=secret:1"}) {
    const Read read = of({kEndpoint, variable});
    ASSERT_TRUE(read.mistake) << variable;
    const std::string name = std::string(variable).substr(0, std::string(variable).find('='));
    EXPECT_EQ(read.mistake->find(name), 0U) << *read.mistake;
    EXPECT_EQ(read.mistake->find("secret"), std::string::npos) << *read.mistake;
  }
  EXPECT_TRUE(of({kEndpoint, "OTEL_TRACES_SAMPLER=traceidratio", "OTEL_TRACES_SAMPLER_ARG=2"}).mistake);
  EXPECT_TRUE(of({kEndpoint, "OTEL_TRACES_SAMPLER=traceidratio", "OTEL_TRACES_SAMPLER_ARG=nan"}).mistake);
  EXPECT_FALSE(of({kEndpoint, "OTEL_PROPAGATORS=baggage, tracecontext"}).mistake);
}

}  // namespace
}  // namespace command_center::daemon::spans
