// Two relays for one publisher: one works, the other stands by and takes over, and never do both publish.
#include "tests/e2e/support/checks.hpp"

namespace command_center::e2e {
namespace {

class Standby : public EndToEnd {};

TEST_F(Standby, SecondRelayIsReadyAndTakesOverFromAKilledOne) {
  RelayProcess first(database_);
  ASSERT_TRUE(first.becomes("leading")) << first.log();
  RelayProcess second(database_);
  ASSERT_TRUE(second.becomes("standby")) << second.log();
  EXPECT_NE(second.get("/metrics").second.find("command_center_relay_leader 0\n"), std::string::npos);
  Load load(database_);
  ASSERT_TRUE(eventually([&] { return load.transactions() >= 50; }));
  first.kill_9();
  EXPECT_TRUE(second.becomes("leading")) << second.log();
  ASSERT_TRUE(eventually([&] { return load.transactions() >= 100; }));
  load.stop();
  expect_exactly_once(second);
}

TEST_F(Standby, TakesOverAtOnceFromOneThatWasAskedToStop) {
  RelayProcess first(database_, {{"--lease-ttl-seconds=60"}, {}});
  ASSERT_TRUE(first.becomes("leading")) << first.log();
  RelayProcess second(database_, {{"--lease-ttl-seconds=60"}, {}});
  ASSERT_TRUE(second.becomes("standby")) << second.log();
  first.send(SIGTERM);
  ASSERT_EQ(first.exit_status(), 0);
  EXPECT_TRUE(second.becomes("leading")) << second.log();
}

// Wherever it was: it wakes up without the lease, and sends nothing.
TEST_F(Standby, TakesOverFromAFrozenOneThatStandsByWhenItWakes) {
  RelayProcess frozen(database_);
  ASSERT_TRUE(frozen.becomes("leading")) << frozen.log();
  RelayProcess next(database_);
  ASSERT_TRUE(next.becomes("standby")) << next.log();
  Load load(database_);
  ASSERT_TRUE(eventually([&] { return load.transactions() >= 50; }));
  frozen.send(SIGSTOP);
  EXPECT_TRUE(next.becomes("leading")) << next.log();
  ASSERT_TRUE(eventually([&] { return load.transactions() >= 100; }));
  load.stop();
  expect_all_readable();
  frozen.send(SIGCONT);
  EXPECT_TRUE(frozen.becomes("standby")) << frozen.log();
  database_.execute(10);
  expect_exactly_once(next);
}

TEST_F(Standby, LeaderThatFrozeInATransactionIsFencedAndStandsBy) {
  database_.execute(2000);
  RelayProcess frozen(database_, {{kShortLease, "--batch-messages=500"}, "before-kafka-commit:2"});
  ASSERT_TRUE(frozen.waits_at_stop_point());
  RelayProcess next(database_, {{kShortLease, "--batch-messages=500"}, {}});
  ASSERT_TRUE(next.becomes("leading")) << next.log();
  ASSERT_TRUE(reader_.receives(database_.committed()));
  frozen.send(SIGCONT);
  EXPECT_TRUE(frozen.becomes("standby")) << frozen.log();
  EXPECT_TRUE(frozen.logs("\"reason\":\"fenced\"")) << frozen.log();
  database_.execute(100);
  expect_exactly_once(next);
}

// What it compares is old, which is no reason to call for an operator.
TEST_F(Standby, RelayThatFrozeWithTheProgressInItsHandStandsBy) {
  database_.execute(10);
  RelayProcess frozen(database_, {{kShortLease}, "after-progress-read"});
  ASSERT_TRUE(frozen.waits_at_stop_point());
  RelayProcess next(database_, {{kShortLease}, {}});
  ASSERT_TRUE(next.becomes("leading")) << next.log();
  ASSERT_TRUE(reader_.receives(database_.committed())) << next.log();
  frozen.send(SIGCONT);
  EXPECT_TRUE(frozen.logs("\"reason\":\"lease_lost\"")) << frozen.log();
  EXPECT_TRUE(frozen.becomes("standby")) << frozen.log();
  expect_exactly_once(next);
}

// The same, when the one that published meanwhile is gone: its lease is over, and the relay gets it again.
TEST_F(Standby, RelayThatFrozeWithTheProgressInItsHandGoesOnAfterTheOther) {
  database_.execute(10);
  RelayProcess frozen(database_, {{kShortLease}, "after-progress-read"});
  ASSERT_TRUE(frozen.waits_at_stop_point());
  {
    RelayProcess next(database_, {{kShortLease}, {}});
    ASSERT_TRUE(next.becomes("leading")) << next.log();
    ASSERT_TRUE(reader_.receives(database_.committed())) << next.log();
  }
  ASSERT_TRUE(eventually([&] {
    return database_.connect().value(
               "SELECT bool_and(expires_at < clock_timestamp()) FROM command_center.publisher_leases"
               " WHERE claimed_at = (SELECT max(claimed_at) FROM command_center.publisher_leases)") == "t";
  }));
  frozen.send(SIGCONT);
  EXPECT_TRUE(frozen.becomes("leading")) << frozen.log();
  database_.execute(10);
  expect_exactly_once(frozen);
}

}  // namespace
}  // namespace command_center::e2e
