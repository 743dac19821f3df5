// A batch that is opened while the one before it is on its way to Kafka.
#include <string>

#include "tests/e2e/support/checks.hpp"
#include "tests/e2e/support/missing_standby.hpp"

namespace command_center::e2e {
namespace {

class Ahead : public EndToEnd {
 protected:
  // What a relay that died just now has left.
  [[nodiscard]] std::string open_batches() const {
    return database_.connect().value(
        "SELECT count(*) FROM command_center.publication_batches WHERE messages > 0"
        " AND batch_id > (SELECT max(published_through) FROM command_center.publication_batches)");
  }
};

TEST_F(Ahead, KilledBetweenTwoOpenBatchesLosesAndDuplicatesNothing) {
  database_.execute(4000);
  for (const char* stop_point : {"after-ahead-commit:1", "after-ahead-commit:2", "after-ahead-commit:1"}) {
    RelayProcess relay(database_, {{kShortLease, "--batch-messages=500"}, stop_point});
    ASSERT_TRUE(relay.waits_at_stop_point());
    EXPECT_EQ(open_batches(), "2");
  }
  RelayProcess last(database_, {{kShortLease}, {}});
  expect_exactly_once(last);
}

// The one that was woken has both batches in its hand, and the rows of the second are on their way to it.
TEST_F(Ahead, FrozenBetweenTwoOpenBatchesDoesNoHarmWhenItIsWoken) {
  database_.execute(2000);
  RelayProcess frozen(database_, {{kShortLease, "--batch-messages=500"}, "after-ahead-commit:2"});
  ASSERT_TRUE(frozen.waits_at_stop_point());
  RelayProcess next(database_, {{kShortLease, "--batch-messages=500"}, {}});
  ASSERT_TRUE(reader_.receives(database_.committed())) << next.log();
  frozen.send(SIGCONT);
  EXPECT_TRUE(frozen.becomes("standby")) << frozen.log();
  database_.execute(100);
  expect_exactly_once(next);
}

TEST_F(Ahead, BothServersThatCrashBetweenTwoOpenBatchesLoseNothing) {
  database_.execute(2000);
  RelayProcess relay(database_, {{"--batch-messages=500"}, "after-ahead-commit:2"});
  ASSERT_TRUE(relay.waits_at_stop_point());
  control(Server::kKafka, "kill");
  control(Server::kPostgres, "kill");
  relay.send(SIGCONT);
  ASSERT_TRUE(relay.logs("publishing was interrupted")) << relay.log();
  control(Server::kPostgres, "start");
  control(Server::kKafka, "start");
  expect_exactly_once(relay);
}

// The one before it does not wait for that commit.
TEST_F(Ahead, BatchWhoseCommitDidNotReachTheStandbyIsNotPublished) {
  database_.execute(2);
  RelayProcess relay(database_, {{"--lease-ttl-seconds=60", "--batch-messages=1"}, "after-batch-commit"});
  ASSERT_TRUE(relay.waits_at_stop_point());
  {
    MissingStandby standby(database_);
    relay.send(SIGCONT);
    EXPECT_TRUE(eventually([&] {
      reader_.read_to_end();
      return reader_.messages().size() == 1;
    })) << relay.log();
    ASSERT_TRUE(standby.cancels_wait_of("COMMIT")) << relay.log();
    EXPECT_TRUE(relay.logs("may not have reached the standby")) << relay.log();
    reader_.read_to_end();
    EXPECT_EQ(reader_.messages().size(), 1U);
  }
  expect_exactly_once(relay);
}

}  // namespace
}  // namespace command_center::e2e
