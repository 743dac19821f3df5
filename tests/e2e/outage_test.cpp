// Servers that stop, crash and come back: the relay outlives them in any state, and nothing is lost or sent
// twice.
#include <chrono>

#include "tests/e2e/support/checks.hpp"
#include "tests/e2e/support/missing_standby.hpp"

namespace command_center::e2e {
namespace {

constexpr int kGaveUp = 1;

class Outage : public EndToEnd {
 protected:
  // Lets the load go on for a while.
  static void await_more(const Load& load) {
    const int enough = load.transactions() + 50;
    ASSERT_TRUE(eventually([&] { return load.transactions() >= enough; }));
  }
};

TEST_F(Outage, PostmasterCrash) {
  RelayProcess relay(database_);
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  Load load(database_);
  await_more(load);
  control(Server::kPostgres, "kill");
  control(Server::kPostgres, "start");
  await_more(load);
  load.stop();
  expect_exactly_once(relay);
}

TEST_F(Outage, BrokerCrash) {
  RelayProcess relay(database_);
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  Load load(database_);
  await_more(load);
  control(Server::kKafka, "kill");
  control(Server::kKafka, "start");
  await_more(load);
  load.stop();
  expect_exactly_once(relay);
}

TEST_F(Outage, BrokerRestart) {
  RelayProcess relay(database_);
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  Load load(database_);
  await_more(load);
  control(Server::kKafka, "restart");
  await_more(load);
  load.stop();
  expect_exactly_once(relay);
}

TEST_F(Outage, RelayThatStartsBeforeItsServersWaitsForThem) {
  database_.execute(10);
  control(Server::kKafka, "stop");
  control(Server::kPostgres, "stop");
  RelayProcess relay(database_);
  ASSERT_TRUE(relay.logs("could not connect to postgres")) << relay.log();
  EXPECT_EQ(relay.get("/readyz").first, 503);
  EXPECT_EQ(relay.get("/livez").first, 200);
  control(Server::kPostgres, "start");
  ASSERT_TRUE(relay.logs("\"reason\":\"kafka\"")) << relay.log();
  control(Server::kKafka, "start");
  expect_exactly_once(relay);
}

TEST_F(Outage, BothCrashInTheMiddleOfABatch) {
  database_.execute(2000);
  RelayProcess relay(database_, {{"--batch-messages=500"}, "mid-produce:2"});
  ASSERT_TRUE(relay.waits_at_stop_point());
  control(Server::kKafka, "kill");
  control(Server::kPostgres, "kill");
  relay.send(SIGCONT);
  ASSERT_TRUE(relay.logs("publishing was interrupted")) << relay.log();
  control(Server::kPostgres, "start");
  control(Server::kKafka, "start");
  expect_exactly_once(relay);
}

TEST_F(Outage, BrokerCrashBetweenTheBatchAndItsCommit) {
  database_.execute(2000);
  RelayProcess relay(database_, {{"--batch-messages=500"}, "before-kafka-commit:2"});
  ASSERT_TRUE(relay.waits_at_stop_point());
  control(Server::kKafka, "kill");
  relay.send(SIGCONT);
  control(Server::kKafka, "start");
  expect_exactly_once(relay);
}

TEST_F(Outage, TermWhileTheBrokerIsGoneEndsInTimeAndSaysThatItGaveUp) {
  RelayProcess relay(database_, {{"--drain-seconds=2"}, {}});
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  control(Server::kKafka, "stop");
  database_.execute(1);
  ASSERT_TRUE(eventually([&] {
    return database_.connect().value("SELECT count(*) FROM command_center.publication_batches") != "0";
  }));
  relay.send(SIGTERM);
  EXPECT_EQ(relay.exit_status(), kGaveUp) << relay.log();
  control(Server::kKafka, "start");
  RelayProcess next(database_);
  expect_exactly_once(next);
}

TEST_F(Outage, LeaderThatCannotPublishIsNotReady) {
  RelayProcess relay(database_);
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  control(Server::kKafka, "kill");
  database_.execute(1);
  EXPECT_TRUE(eventually([&] { return relay.get("/readyz").first == 503; }));
  EXPECT_EQ(relay.get("/readyz?role=maintenance"), (std::pair<int, std::string>{200, "working\n"}));
  control(Server::kKafka, "start");
  expect_exactly_once(relay);
}

TEST_F(Outage, BatchWhoseCommitDidNotReachTheStandbyIsNotPublished) {
  database_.execute(1);
  RelayProcess relay(database_, {{"--lease-ttl-seconds=60"}, "after-kafka-commit"});
  ASSERT_TRUE(relay.waits_at_stop_point());
  {
    MissingStandby standby(database_);
    standby.commits(database_, database_.execute_sql(1));
    relay.send(SIGCONT);
    ASSERT_TRUE(standby.cancels_wait_of("COMMIT")) << relay.log();
    EXPECT_TRUE(relay.logs("may not have reached the standby")) << relay.log();
    reader_.read_to_end();
    EXPECT_EQ(reader_.messages().size(), 1U);
  }
  expect_exactly_once(relay);
}

}  // namespace
}  // namespace command_center::e2e
