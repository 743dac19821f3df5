// Promises of the names and labels that dashboards rely on.
#include "relay/publisher/metrics.hpp"

#include <gtest/gtest.h>

#include <string>

#include "daemon/admin/metrics.hpp"
#include "relay/backlog/metrics.hpp"

namespace command_center::relay::publisher {
namespace {

testing::AssertionResult contains(const std::string& text, const std::string& line) {
  if (text.find(line) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no " << line << " in\n" << text;
}

TEST(PublisherMetrics, AreThereBeforeAnythingHappened) {
  daemon::admin::Metrics all;
  const Metrics metrics(all.registry());
  const std::string text = all.text();
  EXPECT_TRUE(contains(text, "command_center_relay_leader 0"));
  EXPECT_TRUE(contains(text, "command_center_relay_last_success_timestamp_seconds 0"));
  EXPECT_TRUE(contains(text, "command_center_relay_batch_duration_seconds_count 0"));
}

TEST(PublisherMetrics, CountByTopicAndReason) {
  daemon::admin::Metrics all;
  Metrics metrics(all.registry());
  metrics.add_published("commands.primary", 3);
  metrics.add_published("commands.primary", 4);
  metrics.add_failure("kafka");
  metrics.set_leader(1);
  const std::string text = all.text();
  EXPECT_TRUE(contains(text, "command_center_relay_published_total{topic=\"commands.primary\"} 7"));
  EXPECT_TRUE(contains(text, "command_center_relay_publish_failures_total{reason=\"kafka\"} 1"));
  EXPECT_TRUE(contains(text, "command_center_relay_leader 1"));
}

}  // namespace
}  // namespace command_center::relay::publisher

namespace command_center::relay::backlog {
namespace {

constexpr const char* kPending = "command_center_outbox_pending_messages{publisher=";
constexpr const char* kAge = "command_center_outbox_oldest_pending_age_seconds{publisher=";

TEST(BacklogMetrics, ShowWhatIsKnownAndNothingElse) {
  daemon::admin::Metrics all;
  Metrics metrics(all.registry());
  EXPECT_EQ(all.text().find(kPending), std::string::npos);
  metrics.show({{"one", 3, 1.5}, {"two", 0, std::nullopt}});
  std::string text = all.text();
  for (const std::string& line : {std::string(kPending) + "\"one\"} 3", std::string(kPending) + "\"two\"} 0",
                                  std::string(kAge) + "\"one\"} 1.5", std::string(kAge) + "\"two\"} 0"})
    EXPECT_NE(text.find(line), std::string::npos) << text;
  metrics.show({{"two", 7, 0.5}});
  text = all.text();
  EXPECT_EQ(text.find("\"one\""), std::string::npos) << text;
  EXPECT_NE(text.find(std::string(kPending) + "\"two\"} 7"), std::string::npos) << text;
  metrics.show({});
  EXPECT_EQ(all.text().find(kPending), std::string::npos);
}

}  // namespace
}  // namespace command_center::relay::backlog
