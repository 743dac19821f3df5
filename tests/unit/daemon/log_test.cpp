// Promises of a log line.
#include "daemon/logging/log.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <string>

namespace command_center::daemon::logging {
namespace {

TEST(LogLine, JsonKeepsTypesAndEscapes) {
  const std::string members =
      render_json("stopped", {{"status", 3}, {"seconds", 0.5}, {"detail", "a \"quoted\"\nline"}});
  rapidjson::Document line;
  line.Parse(("{" + members + "}").c_str());
  ASSERT_FALSE(line.HasParseError()) << members;
  EXPECT_STREQ(line["event"].GetString(), "stopped");
  EXPECT_EQ(line["status"].GetInt(), 3);
  EXPECT_EQ(line["seconds"].GetDouble(), 0.5);
  EXPECT_STREQ(line["detail"].GetString(), "a \"quoted\"\nline");
}

TEST(LogLine, IsOneLineWhateverItSays) {
  EXPECT_EQ(render_json("e", {{"text", "a\nb"}}).find('\n'), std::string::npos);
  EXPECT_EQ(render_text("e", {{"text", "a\nb"}}).find('\n'), std::string::npos);
}

TEST(LogLine, TextQuotesOnlyWhereNeeded) {
  EXPECT_EQ(render_text("got the lease",
                        {{"term", 7}, {"holder", "host/1"}, {"hint", ""}, {"detail", "two words"}}),
            "got the lease term=7 holder=host/1 hint=\"\" detail=\"two words\"");
}

}  // namespace
}  // namespace command_center::daemon::logging
