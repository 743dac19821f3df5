// At-least-once publishing, and changing over between it and exactly-once.
#include "tests/e2e/support/checks.hpp"

namespace command_center::e2e {
namespace {

const std::string kAtLeastOnce = "--delivery=at-least-once";

class Delivery : public EndToEnd {};

TEST_F(Delivery, AtLeastOnceLosesNothingWhenKilled) {
  database_.execute(3000);
  for (const char* stop_point :
       {"mid-produce:2", "before-kafka-commit", "after-kafka-commit", "after-ahead-commit"}) {
    RelayProcess relay(database_, {{kAtLeastOnce, kShortLease, "--batch-messages=500"}, stop_point});
    ASSERT_TRUE(relay.waits_at_stop_point());
  }
  RelayProcess last(database_, {{kAtLeastOnce, kShortLease}, {}});
  expect_at_least_once(last);
}

TEST_F(Delivery, AtLeastOnceOutlivesBothServers) {
  RelayProcess relay(database_, {{kAtLeastOnce}, {}});
  Load load(database_);
  ASSERT_TRUE(eventually([&] { return load.transactions() >= 20; }));
  control(Server::kKafka, "kill");
  control(Server::kPostgres, "kill");
  control(Server::kPostgres, "start");
  control(Server::kKafka, "start");
  ASSERT_TRUE(eventually([&] { return load.transactions() >= 100; }));
  load.stop();
  expect_at_least_once(relay);
}

TEST_F(Delivery, ChangingOverGoesOnWhereTheOtherStopped) {
  for (const char* delivery :
       {"--delivery=exactly-once", "--delivery=at-least-once", "--delivery=exactly-once"}) {
    database_.execute(100);
    RelayProcess relay(database_, {{delivery}, {}});
    expect_exactly_once(relay);
  }
}

TEST_F(Delivery, TransactionThatAKilledRelayLeftOpenDoesNotHoldUpAtLeastOnce) {
  database_.execute(100);
  {
    RelayProcess killed(database_, {{kShortLease}, "before-kafka-commit"});
    ASSERT_TRUE(killed.waits_at_stop_point());
  }
  RelayProcess relay(database_, {{kAtLeastOnce, kShortLease}, {}});
  EXPECT_TRUE(reader_.receives(database_.committed())) << relay.log();
}

}  // namespace
}  // namespace command_center::e2e
