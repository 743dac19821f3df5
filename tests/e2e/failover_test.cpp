// An asynchronous standby is promoted without the last commits, of which Kafka has the messages: none of them
// is sent again, none that the new primary has is lost, and what it has not is told.
#include "tests/e2e/support/checks.hpp"
#include "tests/e2e/support/standby.hpp"

namespace command_center::e2e {
namespace {

constexpr int kOperatorNeeded = 3;

// Each database has a topic of its own, so that what is reported is this test's.
class Failover : public EndToEnd {
 protected:
  Failover() {
    database_.connect().query("SELECT command_center.set_service('orders', topic => '" + topic() + "')");
  }

  [[nodiscard]] std::string topic() const { return database_.name() + ".commands"; }

  // Publishes what there is and stops.
  void publish(const std::vector<std::string>& flags = {}) {
    RelayProcess relay(database_, {flags, {}});
    ASSERT_TRUE(commands_.receives(database_.committed())) << relay.log();
    relay.send(SIGTERM);
    ASSERT_EQ(relay.exit_status(), 0) << relay.log();
  }

  // So many commands with a key each.
  void execute_keyed(int count) {
    database_.connect().query(
        "SELECT count(command_center.execute_command('order.key', jsonb_build_object('key', 'key ' || "
        "number), "
        "'" +
        database_.tenant() + "')) FROM generate_series(1, " + std::to_string(count) + ") AS number");
  }

  void publish_in_shards() {
    RelayProcess one(database_, {{"--shard=1/2"}, {}});
    RelayProcess other(database_, {{"--shard=2/2"}, {}});
    ASSERT_TRUE(commands_.receives(database_.committed())) << one.log() << other.log();
    for (RelayProcess* relay : {&one, &other}) {
      relay->send(SIGTERM);
      ASSERT_EQ(relay->exit_status(), 0) << relay->log();
    }
  }

  // The standby has 15 commands and knows that 10 of them are published. Kafka has all 15, and four that the
  // standby never gets.
  void lose_commits(Standby& standby, const std::vector<std::string>& flags = {}) {
    database_.execute(10);
    publish(flags);
    database_.execute(5);
    standby.cut_off();
    RelayProcess relay(database_, {flags, {}});
    ASSERT_TRUE(commands_.receives(database_.committed())) << relay.log();
    database_.execute(4);
    in_kafka_ = database_.committed();
    ASSERT_EQ(in_kafka_.size(), 19U);
    ASSERT_TRUE(commands_.receives(in_kafka_)) << relay.log();
    relay.send(SIGTERM);
    ASSERT_EQ(relay.exit_status(), 0) << relay.log();
    standby.promote();
    ASSERT_EQ(database_.committed().size(), 15U);
  }

  void expect_stop(std::vector<std::string> flags = {}) {
    flags.push_back(kShortLease);
    RelayProcess relay(database_, {flags, {}});
    EXPECT_EQ(relay.exit_status(), kOperatorNeeded) << relay.log();
    EXPECT_TRUE(relay.logs("\"sqlstate\":\"KC015\"")) << relay.log();
    EXPECT_TRUE(relay.logs("command-center-relay recover")) << relay.log();
  }

  void recover() {
    RelayProcess recovery(database_, {{}, {}, {}, "recover"});
    ASSERT_EQ(recovery.exit_status(), 0) << recovery.log();
    const std::string log = recovery.log();
    EXPECT_NE(log.find("\"notSentAgain\":5,\"notInDatabase\":4,"), std::string::npos) << log;
    EXPECT_NE(log.find("kafka has messages that the database does not have"), std::string::npos) << log;
  }

  // What Kafka had and what the new primary has, each once.
  void expect_all_once() {
    Ids expected = database_.committed();
    expected.insert(in_kafka_.begin(), in_kafka_.end());
    commands_.read_to_end();
    for (const auto& [id, count] : commands_.counts()) {
      EXPECT_EQ(count, 1) << id;
      EXPECT_EQ(expected.count(id), 1U) << id;
    }
    EXPECT_EQ(commands_.counts().size(), expected.size());
  }

  // As if the time of a dead process were over.
  void end_leases() const {
    database_.connect().query("UPDATE command_center.publisher_leases SET expires_at = clock_timestamp()");
  }

  TopicReader commands_{topic(), database_.tenant()};
  Ids in_kafka_;
};

TEST_F(Failover, AnOperatorLetsTheRelayReadBackWhatIsPublished) {
  Standby standby;
  lose_commits(standby);
  database_.execute(3);
  expect_stop();
  recover();
  database_.execute(2);
  publish();
  expect_all_once();
  // It is a database like any other again.
  database_.execute(5);
  publish();
  expect_all_once();
}

// And so without transactions.
TEST_F(Failover, ARelayThatMayReadBackGoesOnByItself) {
  Standby standby;
  lose_commits(standby, {"--delivery=at-least-once"});
  database_.execute(3);
  {
    RelayProcess relay(database_, {{"--lost-commits=read-back", "--delivery=at-least-once"}, {}});
    ASSERT_TRUE(commands_.receives(database_.committed())) << relay.log();
    EXPECT_TRUE(relay.logs("kafka has messages that the database does not have")) << relay.log();
    relay.send(SIGTERM);
    EXPECT_EQ(relay.exit_status(), 0) << relay.log();
  }
  expect_all_once();
}

// One by itself, and one where an operator does it.
TEST_F(Failover, EachShardReadsBackWhatIsItsOwn) {
  database_.connect().query(
      "SELECT command_center.set_publishers(2), command_center.register_command('order.key', '{\"type\": "
      "\"object\", \"properties\": {\"key\": {\"type\": \"string\"}}}', default_target => 'orders', "
      "partition_key => '/key')");
  const std::string one = "--shard=1/2";
  const std::string other = "--shard=2/2";
  Standby standby;
  execute_keyed(20);
  publish_in_shards();
  execute_keyed(20);
  standby.cut_off();
  publish_in_shards();
  execute_keyed(20);
  publish_in_shards();
  in_kafka_ = database_.committed();
  standby.promote();
  ASSERT_EQ(database_.committed().size(), 40U);
  execute_keyed(20);
  RelayProcess by_itself(database_, {{one, kShortLease, "--lost-commits=read-back"}, {}});
  RelayProcess stops(database_, {{other, kShortLease}, {}});
  EXPECT_EQ(stops.exit_status(), kOperatorNeeded) << stops.log();
  RelayProcess recovery(database_, {{other}, {}, {}, "recover"});
  ASSERT_EQ(recovery.exit_status(), 0) << recovery.log();
  RelayProcess goes_on(database_, {{other}, {}});
  EXPECT_TRUE(commands_.receives(database_.committed())) << by_itself.log() << goes_on.log();
  EXPECT_TRUE(by_itself.logs("kafka has messages that the database does not have")) << by_itself.log();
  by_itself.send(SIGTERM);
  goes_on.send(SIGTERM);
  EXPECT_EQ(by_itself.exit_status(), 0) << by_itself.log();
  EXPECT_EQ(goes_on.exit_status(), 0) << goes_on.log();
  expect_all_once();
}

// It connects to whichever server is the primary.
TEST_F(Failover, ARelayThatLivesThroughItGoesOn) {
  Standby standby;
  database_.execute(10);
  publish();
  database_.execute(5);
  standby.cut_off();
  RelayProcess relay(database_,
                     {{"--lost-commits=read-back", "--postgres=host=127.0.0.1,127.0.0.1 port=" +
                                                       required_variable("PGPORT") + "," + standby.port()},
                      {}});
  ASSERT_TRUE(commands_.receives(database_.committed())) << relay.log();
  database_.execute(4);
  in_kafka_ = database_.committed();
  ASSERT_TRUE(commands_.receives(in_kafka_)) << relay.log();
  standby.promote();
  ASSERT_EQ(database_.committed().size(), 15U);
  database_.execute(3);
  EXPECT_TRUE(commands_.receives(database_.committed())) << relay.log();
  EXPECT_TRUE(relay.logs("kafka has messages that the database does not have")) << relay.log();
  relay.send(SIGTERM);
  EXPECT_EQ(relay.exit_status(), 0) << relay.log();
  expect_all_once();
}

// The promoted server has the batch, and Kafka all of it but one message, which was put aside after the
// standby was cut off. The two agree about the batch, and yet that message is nowhere.
TEST_F(Failover, WhatWasPutAsideInTheTimeThatIsLostIsPutAsideAgain) {
  const std::string narrow = database_.name() + ".narrow";
  create_topic(narrow, {{"max.message.bytes", "10000"}});
  Client client = database_.connect();
  client.query("SELECT command_center.set_topic('" + narrow + "')");
  const std::string parked = "SELECT count(*) FROM command_center.list_parked()";
  Standby standby;
  database_.execute(5);
  client.query("SELECT command_center.publish_event('" + narrow + "', 'e', to_jsonb(repeat('x', 20000)), '" +
               database_.tenant() + "')");
  {
    RelayProcess relay(database_, {{}, "after-batch-commit"});
    ASSERT_TRUE(relay.waits_at_stop_point()) << relay.log();
    standby.cut_off();
    relay.send(SIGCONT);
    ASSERT_TRUE(commands_.receives(database_.committed())) << relay.log();
    // And so is the rest of the batch.
    ASSERT_TRUE(eventually([&] {
      return client.value(parked) == "1" &&
             client.value("SELECT pending_messages FROM command_center.outbox_status") == "0";
    })) << relay.log();
  }
  standby.promote();
  ASSERT_EQ(database_.connect().value(parked), "0");
  database_.execute(3);
  RelayProcess relay(database_, {{"--lost-commits=read-back", kShortLease}, {}});
  ASSERT_TRUE(commands_.receives(database_.committed())) << relay.log();
  EXPECT_TRUE(eventually([&] { return database_.connect().value(parked) == "1"; })) << relay.log();
  relay.send(SIGTERM);
  EXPECT_EQ(relay.exit_status(), 0) << relay.log();
  expect_all_once();
}

// Where no standby was promoted, something else happened than a failover.
TEST_F(Failover, OnlyAPromotedServerGoesOnByItself) {
  database_.execute(10);
  publish();
  Client client = database_.connect();
  client.query("DELETE FROM command_center.publication_batches WHERE messages > 0");
  client.query("DELETE FROM command_center.publication_batches");
  database_.execute(3);
  expect_stop({"--lost-commits=read-back"});
  // Nor does it keep an operator waiting.
  RelayProcess recovery(database_, {{}, {}, {}, "recover"});
  ASSERT_EQ(recovery.exit_status(), 0) << recovery.log();
  publish();
  expect_all_once();
}

TEST_F(Failover, RecoveryThatIsKilledCanBeDoneAgain) {
  Standby standby;
  lose_commits(standby);
  database_.execute(3);
  {
    RelayProcess killed(database_, {{}, "after-recovery", {}, "recover"});
    ASSERT_TRUE(killed.waits_at_stop_point()) << killed.log();
  }
  end_leases();
  {
    RelayProcess recovery(database_, {{}, {}, {}, "recover"});
    ASSERT_EQ(recovery.exit_status(), 0) << recovery.log();
    // What was settled then is settled.
    EXPECT_TRUE(recovery.logs("\"notSentAgain\":0,\"notInDatabase\":4,")) << recovery.log();
  }
  publish();
  expect_all_once();
}

// What is under way is finished, and nobody has to wait for its lease.
TEST_F(Failover, RecoveryThatIsAskedToStopFinishes) {
  database_.execute(10);
  publish();
  database_.connect().query("DELETE FROM command_center.publication_batches");
  RelayProcess asked(database_, {{}, "after-recovery", {}, "recover"});
  ASSERT_TRUE(asked.waits_at_stop_point()) << asked.log();
  asked.send(SIGTERM);
  asked.send(SIGCONT);
  ASSERT_EQ(asked.exit_status(), 0) << asked.log();
  EXPECT_EQ(database_.connect().value("SELECT count(lease_holder) FROM command_center.outbox_status"), "0");
  database_.execute(3);
  publish();
  expect_all_once();
}

// It was about to commit messages of transactions that the new primary does not have.
TEST_F(Failover, RelayOfTheOldPrimaryIsFenced) {
  database_.execute(10);
  publish();
  Standby standby;
  database_.execute(5);
  standby.cut_off();
  RelayProcess frozen(database_, {{}, "before-kafka-commit"});
  ASSERT_TRUE(frozen.waits_at_stop_point()) << frozen.log();
  in_kafka_ = Ids();
  standby.promote();
  database_.execute(3);
  RelayProcess next(database_);
  ASSERT_TRUE(commands_.receives(database_.committed())) << next.log();
  frozen.send(SIGCONT);
  EXPECT_TRUE(frozen.logs("\"reason\":\"fenced\"")) << frozen.log();
  expect_all_once();
}

TEST_F(Failover, NothingIsDoneWhereTheTwoAgree) {
  database_.execute(10);
  publish();
  RelayProcess recovery(database_, {{}, {}, {}, "recover"});
  ASSERT_EQ(recovery.exit_status(), 0) << recovery.log();
  EXPECT_TRUE(recovery.logs("{}\n")) << recovery.log();
  publish();
  expect_all_once();
}

}  // namespace
}  // namespace command_center::e2e
