// Promises of what every daemon says of itself.
#include "daemon/admin/metrics.hpp"

#include <gtest/gtest.h>

#include <string>

namespace command_center::daemon::admin {
namespace {

TEST(Metrics, TellTheVersions) {
  const std::string text = Metrics(Versions{{"librdkafka", "2.0.2"}}).text();
  EXPECT_NE(
      text.find("command_center_build_info{librdkafka=\"2.0.2\",version=\"" COMMAND_CENTER_VERSION "\"} 1"),
      std::string::npos)
      << text;
}

}  // namespace
}  // namespace command_center::daemon::admin
