// Promises of the names and labels that dashboards rely on.
#include "relay/publisher/metrics.hpp"

#include <gtest/gtest.h>

#include <string>

#include "daemon/admin/metrics.hpp"

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
