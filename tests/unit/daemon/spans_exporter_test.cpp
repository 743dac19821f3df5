// Spans are sent together, in the form of OTLP's JSON, and a collector that is slow, down or unwilling costs
// nothing but spans.
#include "daemon/spans/exporter.hpp"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "daemon/spans/otlp_json.hpp"
#include "daemon/spans/partial_success.hpp"

namespace command_center::daemon::spans {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kPatience{60};

Record record(const std::string& name = "work") {
  Record record;
  record.context.trace = {0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6,
                          0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36};
  record.context.span = {0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7};
  record.context.is_sampled = true;
  record.name = name;
  return record;
}

Settings settings_with(std::size_t most_queued, std::size_t most_together) {
  Settings settings;
  settings.url = "http://collector";
  settings.service_name = "test";
  settings.schedule_delay = milliseconds(0);
  settings.most_queued = most_queued;
  settings.most_together = most_together;
  return settings;
}

// Stands for a collector: says what it is told to, and can be held.
class Collector {
 public:
  Delivery post(const std::string& body, const std::function<bool()>& is_over) {
    std::unique_lock<std::mutex> lock(mutex_);
    bodies_.push_back(body);
    changed_.notify_all();
    while (holding_ && !is_over()) changed_.wait_for(lock, milliseconds(1));
    if (holding_) return {Delivery::End::kNotTaken, 0, {}, "held"};
    if (answers_.empty()) return {Delivery::End::kTaken, 0, {}, {}};
    Delivery next = answers_.front();
    answers_.erase(answers_.begin());
    return next;
  }
  [[nodiscard]] Post as_post() {
    return [this](const std::string& body, milliseconds, const std::function<bool()>& is_over) {
      return post(body, is_over);
    };
  }
  void answer(std::vector<Delivery> answers) { answers_ = std::move(answers); }
  void hold(bool holding) {
    const std::lock_guard<std::mutex> lock(mutex_);
    holding_ = holding;
    changed_.notify_all();
  }
  [[nodiscard]] bool receives(std::size_t requests) {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return bodies_.size() >= requests; });
  }
  [[nodiscard]] std::vector<std::string> bodies() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return bodies_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> bodies_;
  std::vector<Delivery> answers_;
  bool holding_ = false;
};

std::string text_of(prometheus::Registry& registry) {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, registry.Collect());
  return out.str();
}

void expect_counted(prometheus::Registry& registry, const std::string& line) {
  EXPECT_NE(text_of(registry).find("\ncommand_center_spans_" + line + "\n"), std::string::npos)
      << text_of(registry);
}

TEST(Exporter, SendsWhatWaitsWhenItCloses) {
  Collector collector;
  prometheus::Registry registry;
  Settings settings = settings_with(100, 50);
  settings.schedule_delay = std::chrono::hours(1);
  Exporter exporter(settings, collector.as_post(), registry);
  for (int span = 0; span < 3; ++span) exporter.add(record("span " + std::to_string(span)));
  exporter.close(kPatience);
  ASSERT_EQ(collector.bodies().size(), 1U);
  for (const char* name : {"span 0", "span 1", "span 2"})
    EXPECT_NE(collector.bodies()[0].find(name), std::string::npos) << name;
  expect_counted(registry, "exported_total 3");
}

TEST(Exporter, HoldsNoMoreThanItsQueueAndNobodyUp) {
  Collector collector;
  collector.hold(true);
  prometheus::Registry registry;
  Exporter exporter(settings_with(10, 5), collector.as_post(), registry);
  exporter.add(record());
  ASSERT_TRUE(collector.receives(1));  // one is on its way and will stay there
  for (int span = 0; span < 25; ++span) exporter.add(record());
  expect_counted(registry, "dropped_total{reason=\"queue_full\"} 15");
  collector.hold(false);
  exporter.close(kPatience);
  expect_counted(registry, "exported_total 11");
}

TEST(Exporter, GivesUpAHangingCollectorWhenItsTimeIsOver) {
  Collector collector;
  collector.hold(true);
  prometheus::Registry registry;
  Exporter exporter(settings_with(10, 5), collector.as_post(), registry);
  for (int span = 0; span < 8; ++span) exporter.add(record());
  ASSERT_TRUE(collector.receives(1));
  exporter.close(milliseconds(1));
  expect_counted(registry, "dropped_total{reason=\"stopped\"} 8");
  exporter.add(record());
  expect_counted(registry, "dropped_total{reason=\"stopped\"} 9");
}

TEST(Exporter, TriesAgainWhatWasNotTaken) {
  Collector collector;
  collector.answer(
      {{Delivery::End::kNotTaken, 0, seconds(0), "busy"}, {Delivery::End::kNotTaken, 0, {}, "busy"}});
  prometheus::Registry registry;
  Exporter exporter(settings_with(10, 5), collector.as_post(), registry);
  exporter.add(record());
  ASSERT_TRUE(collector.receives(3));
  exporter.close(kPatience);
  EXPECT_EQ(collector.bodies()[0], collector.bodies()[2]);
  expect_counted(registry, "exported_total 1");
}

TEST(Exporter, GoesOnWithTheNextWhenABatchsTimeIsOver) {
  Collector collector;
  collector.answer({{Delivery::End::kNotTaken, 0, std::chrono::hours(1), "come later"}});
  prometheus::Registry registry;
  Exporter exporter(settings_with(10, 1), collector.as_post(), registry);
  exporter.add(record("first"));
  exporter.add(record("second"));
  ASSERT_TRUE(collector.receives(2));
  exporter.close(kPatience);
  expect_counted(registry, "exported_total 1");
  expect_counted(registry, "dropped_total{reason=\"not_taken\"} 1");
}

TEST(Exporter, DoesNotSendAgainWhatWasRefused) {
  Collector collector;
  collector.answer({{Delivery::End::kRefused, 0, {}, "bad"}, {Delivery::End::kTaken, 1, {}, {}}});
  prometheus::Registry registry;
  Exporter exporter(settings_with(10, 1), collector.as_post(), registry);
  exporter.add(record());
  exporter.add(record());
  exporter.add(record());
  exporter.close(kPatience);
  EXPECT_EQ(collector.bodies().size(), 3U);
  expect_counted(registry, "dropped_total{reason=\"refused\"} 2");
  expect_counted(registry, "exported_total 1");
}

TEST(OtlpJson, HasIdsInHexadecimalAndIntegersAsTexts) {
  Record one = record("GET /\"x\"");
  one.parent = SpanId{1, 2, 3, 4, 5, 6, 7, 8};
  one.is_remote = true;
  one.state = "a=b";
  one.kind = Kind::kServer;
  one.began_ns = 1'700'000'000'000'000'001;
  one.ended_ns = 1'700'000'000'000'000'002;
  one.attributes = {{"http.route", std::string("/x")}, {"http.response.status_code", std::int64_t{500}}};
  one.links = {{one.context, "a=1"}};
  one.dropped_links = 3;
  one.status = Status::kError;
  std::size_t count = 0;
  const std::string json = otlp_json(settings_with(1, 1), {one}, 1'000'000, count);
  EXPECT_EQ(count, 1U);
  const std::string span =
      R"({"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","parentSpanId":"0102030405060708",)"
      R"("traceState":"a=b","flags":769,"name":"GET /\"x\"","kind":2,"startTimeUnixNano":"1700000000000000001",)"
      R"("endTimeUnixNano":"1700000000000000002","attributes":[{"key":"http.route","value":{"stringValue":"/x"}},)"
      R"({"key":"http.response.status_code","value":{"intValue":"500"}}],"links":[{"traceId":)"
      R"("4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","traceState":"a=1","flags":769}],"droppedLinksCount":3,)"
      R"("status":{"code":2}})";
  EXPECT_NE(json.find("\"spans\":[" + span + "]"), std::string::npos) << json;
  EXPECT_EQ(
      json.find(
          R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"test"}})"),
      0U)
      << json;
}

TEST(OtlpJson, IsBoundedAndHasOneSpanAtLeast) {
  const std::deque<Record> records(100, record(std::string(200, 'x')));
  std::size_t count = 0;
  EXPECT_LT(otlp_json(settings_with(1, 1), records, 10'000, count).size(), 11'000U);
  EXPECT_GT(count, 10U);
  EXPECT_LT(count, 100U);
  (void)otlp_json(settings_with(1, 1), records, 1, count);
  EXPECT_EQ(count, 1U);
}

TEST(PartialSuccess, IsReadWhereItIsOne) {
  EXPECT_EQ(rejected_spans(R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"x"}})"), 3);
  EXPECT_EQ(rejected_spans(R"({"partialSuccess":{"rejectedSpans":3}})"), 3);
  for (const char* text :
       {"", "{}", "[", "null", R"({"partialSuccess":null})", R"({"partialSuccess":{}})",
        R"({"partialSuccess":{"rejectedSpans":-1}})", R"({"partialSuccess":{"rejectedSpans":"x"}})"})
    EXPECT_EQ(rejected_spans(text), 0) << text;
  EXPECT_EQ(rejected_spans(std::string(100'000, '[')), 0);
}

}  // namespace
}  // namespace command_center::daemon::spans
