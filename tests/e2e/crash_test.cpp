// kill -9 of the relay wherever it hurts: a read_committed consumer finds every committed command exactly
// once.
#include <cctype>
#include <string>
#include <string_view>

#include "tests/e2e/support/checks.hpp"

namespace command_center::e2e {
namespace {

class Crash : public EndToEnd, public testing::WithParamInterface<const char*> {};

TEST_P(Crash, UnderLoadLosesAndDuplicatesNothing) {
  Load load(database_);
  for (const char* nth : {":1", ":5"}) {
    RelayProcess relay(database_, {{kShortLease}, std::string(GetParam()) + nth});
    ASSERT_TRUE(relay.waits_at_stop_point());
    relay.kill_9();
  }
  RelayProcess last(database_, {{kShortLease}, {}});
  ASSERT_TRUE(last.becomes("leading")) << last.log();
  load.stop();
  expect_exactly_once(last);
}

TEST_P(Crash, InABacklogLosesAndDuplicatesNothing) {
  database_.execute(5000);
  {
    RelayProcess relay(database_, {{kShortLease, "--batch-messages=1000"}, std::string(GetParam()) + ":3"});
    ASSERT_TRUE(relay.waits_at_stop_point());
  }
  RelayProcess last(database_, {{kShortLease}, {}});
  expect_exactly_once(last);
}

// "mid-produce" as "MidProduce".
std::string camel_case(std::string_view words) {
  std::string name;
  bool begins = true;
  for (const char byte : words) {
    if (byte != '-')
      name += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(byte))) : byte;
    begins = byte == '-';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(StopPoint, Crash,
                         testing::Values("after-batch-commit", "mid-produce", "before-kafka-commit",
                                         "after-kafka-commit"),
                         [](const testing::TestParamInfo<const char*>& point) {
                           return camel_case(point.param);
                         });

}  // namespace
}  // namespace command_center::e2e
