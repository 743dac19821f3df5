// Several relays publish one database, and their number changes while they do.
#include <string>
#include <vector>

#include "tests/checker/journal.hpp"
#include "tests/checker/load.hpp"
#include "tests/checker/reader.hpp"
#include "tests/checker/verdict.hpp"
#include "tests/e2e/support/checks.hpp"

namespace command_center::e2e {
namespace {

class Shards : public EndToEnd {
 protected:
  void set_publishers(int count) const {
    database_.connect().query("SELECT command_center.set_publishers(" + std::to_string(count) + ")");
  }
  static RelayOptions shard(const std::string& name, const std::string& stop_point = {}) {
    return {{kShortLease, "--shard=" + name}, stop_point};
  }
  // True once all publishers before this generation have published what is theirs.
  [[nodiscard]] bool has_come_to(int generation) const {
    Client client = database_.connect();
    return eventually([&] {
      return client.value("SELECT min(share.generation) = " + std::to_string(generation) +
                          " FROM command_center.publisher_shards AS share JOIN command_center.publishers "
                          "USING (publisher)") == "t";
    });
  }
};

TEST_F(Shards, OfAnotherNumberAreRefused) {
  RelayProcess relay(database_, shard("1/3"));
  EXPECT_EQ(relay.exit_status(), 3);
  EXPECT_TRUE(relay.logs("KC015")) << relay.log();
  EXPECT_TRUE(relay.logs("set_publishers")) << relay.log();
}

TEST_F(Shards, FollowThePublisherThereWasAndStandInForEachOther) {
  database_.execute(100);
  RelayProcess before(database_, {{kShortLease}, {}});
  ASSERT_TRUE(before.becomes("leading")) << before.log();
  set_publishers(2);
  database_.execute(100);
  // It has published what was its own, and is not started for two.
  EXPECT_EQ(before.exit_status(), 3);
  RelayProcess first(database_, shard("1/2"));
  ASSERT_TRUE(first.becomes("leading")) << first.log();
  RelayProcess stand_in(database_, shard("1/2"));
  ASSERT_TRUE(stand_in.becomes("standby")) << stand_in.log();
  RelayProcess second(database_, shard("2/2"));
  expect_all_readable();
  first.kill_9();
  database_.execute(100);
  ASSERT_TRUE(stand_in.becomes("leading")) << stand_in.log();
  expect_all_readable();
  second.send(SIGTERM);
  EXPECT_EQ(second.exit_status(), 0) << second.log();
  expect_exactly_once(stand_in);
}

TEST_F(Shards, LoseDuplicateAndReorderNothingWhileTheirNumberChangesAndRelaysAreKilled) {
  const checker::Topics topics(database_.name());
  database_.connect().query(checker::catalogue_sql(topics));
  checker::Journal journal(required_variable("COMMAND_CENTER_TEST_DIR") + "/" + database_.name() +
                           ".journal");
  checker::LoadPlan plan;
  plan.pause = std::chrono::milliseconds(5);
  checker::Load load(
      plan, topics, [this] { return "dbname=" + database_.name(); }, journal);
  {
    RelayProcess relay(database_, {{kShortLease}, "mid-produce:2"});
    ASSERT_TRUE(relay.waits_at_stop_point());
    set_publishers(2);
  }
  {
    // Finishes what the one before was killed over, and is killed over that.
    RelayProcess relay(database_, shard("1/2", "after-kafka-commit:1"));
    ASSERT_TRUE(relay.waits_at_stop_point());
  }
  {
    RelayProcess first(database_, shard("1/2"));
    RelayProcess second(database_, shard("2/2"));
    ASSERT_TRUE(has_come_to(2)) << first.log() << second.log();
    const std::size_t more = journal.size() + 100;
    ASSERT_TRUE(eventually([&] { return journal.size() >= more; }));
    set_publishers(3);
    EXPECT_EQ(first.exit_status(), 3) << first.log();
    EXPECT_EQ(second.exit_status(), 3) << second.log();
  }
  {
    RelayProcess relay(database_, shard("2/3", "before-kafka-commit:3"));
    ASSERT_TRUE(relay.waits_at_stop_point());
    RelayProcess others[] = {RelayProcess(database_, shard("1/3")), RelayProcess(database_, shard("3/3"))};
    set_publishers(1);
    EXPECT_EQ(others[0].exit_status(), 3) << others[0].log();
    EXPECT_EQ(others[1].exit_status(), 3) << others[1].log();
  }
  RelayProcess last(database_, {{kShortLease}, {}});
  ASSERT_TRUE(has_come_to(4)) << last.log();
  (void)load.finish();

  std::vector<checker::Entry> committed;
  for (const checker::Transaction& transaction : journal.transactions()) {
    if (transaction.outcome != checker::Outcome::kCommitted) continue;
    committed.insert(committed.end(), transaction.entries.begin(), transaction.entries.end());
  }
  checker::Reader reader(required_variable("KAFKA_BROKERS"), {topics.commands, topics.audit, topics.events});
  EXPECT_TRUE(reader.sees(committed, kPatience)) << last.log();
  last.send(SIGTERM);
  EXPECT_EQ(last.exit_status(), 0) << last.log();
  reader.read_to_end(kPatience);
  const checker::Verdict verdict = checker::judge(journal.transactions(), reader.sightings());
  EXPECT_TRUE(verdict.is_clean()) << verdict.text();
}

}  // namespace
}  // namespace command_center::e2e
