// The promise all of these tests come back to, and the fixture they share.
#pragma once

#include <gtest/gtest.h>

#include <csignal>

#include "tests/e2e/support/database.hpp"
#include "tests/e2e/support/load.hpp"
#include "tests/e2e/support/relay_process.hpp"
#include "tests/e2e/support/servers.hpp"
#include "tests/e2e/support/topic.hpp"

namespace command_center::e2e {

// Short, so that a relay takes over from a killed one soon.
inline const std::string kShortLease = "--lease-ttl-seconds=1";

class EndToEnd : public testing::Test {
 protected:
  // Every committed command becomes readable, and no other; once the relay has drained, each is there exactly
  // once.
  void expect_exactly_once(RelayProcess& relay);
  // The same, but a command may be there more than once.
  void expect_at_least_once(RelayProcess& relay);
  // Every committed command becomes readable within the test's patience.
  void expect_all_readable();

  Database database_;
  TopicReader reader_{kCommandTopic, database_.tenant()};
};

}  // namespace command_center::e2e
