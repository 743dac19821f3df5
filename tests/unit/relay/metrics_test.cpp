// Promises of the names and labels that dashboards rely on.
#include "relay/admin/metrics.hpp"

#include <gtest/gtest.h>

#include <string>

namespace command_center::relay::admin {
namespace {

testing::AssertionResult contains(const std::string& text, const std::string& line) {
  if (text.find(line) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no " << line << " in\n" << text;
}

TEST(Metrics, AreThereBeforeAnythingHappened) {
  const std::string text = Metrics().text();
  EXPECT_TRUE(contains(text, "command_center_relay_leader 0"));
  EXPECT_TRUE(contains(text, "command_center_relay_last_success_timestamp_seconds 0"));
  EXPECT_TRUE(contains(text, "command_center_relay_batch_duration_seconds_count 0"));
  EXPECT_TRUE(contains(text, "command_center_build_info{"));
  EXPECT_TRUE(contains(text, "version=\"" COMMAND_CENTER_VERSION "\""));
}

TEST(Metrics, CountByTopicAndReason) {
  Metrics metrics;
  metrics.add_published("commands.primary", 3);
  metrics.add_published("commands.primary", 4);
  metrics.add_failure("kafka");
  metrics.set_leader(1);
  const std::string text = metrics.text();
  EXPECT_TRUE(contains(text, "command_center_relay_published_total{topic=\"commands.primary\"} 7"));
  EXPECT_TRUE(contains(text, "command_center_relay_publish_failures_total{reason=\"kafka\"} 1"));
  EXPECT_TRUE(contains(text, "command_center_relay_leader 1"));
}

}  // namespace
}  // namespace command_center::relay::admin
