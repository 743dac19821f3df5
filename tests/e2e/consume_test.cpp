// Kafka to SQL: each message has its effect once, whatever is killed, whoever takes over, and whichever
// message is bad.
#include <string>
#include <vector>

#include "tests/e2e/support/consuming.hpp"

namespace command_center::e2e {
namespace {

class Consume : public Consuming {
 protected:
  // Two relays are killed at their first and third time there.
  void expect_survival(const std::string& stop_point) {
    subscribe(", batch_messages => 100");
    append_records(topic_, "k", numbers(0, 1000));
    for (const char* nth : {":1", ":3"}) {
      RelayProcess relay(database_, {kConsume.flags, stop_point + nth, {}, "consume"});
      ASSERT_TRUE(relay.waits_at_stop_point()) << relay.log();
      relay.kill_9();
    }
    RelayProcess last(database_, kConsume);
    append_records(topic_, "k", numbers(1000, 100));
    ASSERT_TRUE(becomes_applied(1100)) << last.log();
    expect_each_once(1100);
  }
};

TEST_F(Consume, WhatIsThereAndWhatComesIsAppliedOnce) {
  append_records(topic_, "k", numbers(0, 1000));
  subscribe();
  RelayProcess relay(database_, kConsume);
  ASSERT_TRUE(becomes_applied(1000)) << relay.log();
  append_records(topic_, "k", numbers(1000, 1000));
  ASSERT_TRUE(becomes_applied(2000)) << relay.log();
  relay.send(SIGTERM);
  EXPECT_EQ(relay.exit_status(), 0) << relay.log();
  RelayProcess next(database_, kConsume);
  append_records(topic_, "k", numbers(2000, 1));
  ASSERT_TRUE(becomes_applied(2001)) << next.log();
  expect_each_once(2001);
  const std::string metrics = next.get("/metrics").second;
  EXPECT_NE(
      metrics.find("command_center_consumer_messages_total{outcome=\"applied\",subscription=\"orders\"} 1"),
      std::string::npos)
      << metrics;
}

TEST_F(Consume, RelayKilledBeforeItAppliesLosesAndDoublesNothing) {
  expect_survival("before-apply");
}

TEST_F(Consume, RelayKilledAfterItAppliedLosesAndDoublesNothing) {
  expect_survival("after-apply");
}

// The database is in the middle of a batch, and finds nobody to commit it.
TEST_F(Consume, RelayKilledWhileItAppliesLosesAndDoublesNothing) {
  subscribe();
  append_records(topic_, "k", numbers(0, 100));
  Client holder = database_.connect();
  {
    RelayProcess relay(database_, kConsume);
    holder.query("BEGIN");
    holder.query("LOCK TABLE applied IN SHARE MODE");
    ASSERT_TRUE(eventually([&] {
      return client_.value(
                 "SELECT count(*) FROM pg_locks WHERE relation = 'applied'::regclass AND NOT granted") == "1";
    })) << relay.log();
    relay.kill_9();
  }
  holder.query("COMMIT");
  RelayProcess last(database_, kConsume);
  append_records(topic_, "k", numbers(100, 100));
  ASSERT_TRUE(becomes_applied(200)) << last.log();
  expect_each_once(200);
}

TEST_F(Consume, PartitionsGoFromOneRelayToAnotherAndBack) {
  constexpr int kPartitions = 4;
  grow_topic(topic_, kPartitions);
  subscribe(", batch_messages => 50");
  int next = 0;
  const auto append = [&] {
    for (int partition = 0; partition < kPartitions; ++partition) {
      append_records(topic_, "k", numbers(next, 100), partition);
      next += 100;
    }
  };
  RelayProcess first(database_, kConsume);
  append();
  ASSERT_TRUE(becomes_applied(next)) << first.log();
  RelayProcess second(database_, kConsume);
  for (int i = 0; i < 5; ++i) append();
  ASSERT_TRUE(second.logs("has partitions")) << second.log();
  append();
  ASSERT_TRUE(becomes_applied(next)) << first.log() << second.log();
  first.kill_9();
  append();
  ASSERT_TRUE(becomes_applied(next)) << second.log();
  expect_each_once(next);
}

// One that is frozen while another takes over does not know that it lost its partitions.
TEST_F(Consume, FrozenRelayThatWakesAppliesNothingTwice) {
  subscribe(", batch_messages => 100");
  append_records(topic_, "k", numbers(0, 300));
  RelayProcess frozen(database_, {kConsume.flags, "before-apply:2", {}, "consume"});
  ASSERT_TRUE(frozen.waits_at_stop_point()) << frozen.log();
  RelayProcess other(database_, kConsume);
  ASSERT_TRUE(becomes_applied(300)) << other.log();
  frozen.send(SIGCONT);
  append_records(topic_, "k", numbers(300, 100));
  ASSERT_TRUE(becomes_applied(400)) << other.log();
  ASSERT_TRUE(frozen.logs("another relay was faster") || frozen.logs("has partitions")) << frozen.log();
  expect_each_once(400);
}

TEST_F(Consume, BadMessageBecomesDeadLetterWhileOthersFlow) {
  grow_topic(topic_, 2);
  subscribe(", max_attempts => 2");
  append_records(topic_, "k", {"1", "poison", "2"}, 0);
  append_records(topic_, "k", {"3", "4"}, 1);
  RelayProcess relay(database_, {{}, {}, {}, "all"});
  ASSERT_TRUE(becomes_applied(4)) << relay.log();
  expect_each_once(4);
  EXPECT_EQ(client_.value(
                "SELECT value || ' ' || attempts || ' ' || error FROM command_center.list_dead_letters()"),
            "poison 2 poison");
  TopicReader letters(topic_ + ".dlq", {});
  ASSERT_TRUE(eventually([&] {
    letters.read_to_end();
    return letters.messages().size() == 1;
  })) << relay.log();
  EXPECT_EQ(letters.messages()[0].value, "poison");
  EXPECT_EQ(letters.messages()[0].headers.at("x-dead-letter-topic"), topic_);
  // It comes back when its cause is gone.
  client_.query(
      "CREATE OR REPLACE FUNCTION apply_one(message command_center.kafka_message) RETURNS void LANGUAGE sql "
      "AS $$"
      " INSERT INTO public.applied VALUES (message.value, message.topic, NULL) $$");
  EXPECT_EQ(client_.value("SELECT outcome FROM command_center.replay_dead_letters('orders', 'mended')"),
            "replayed");
  expect_each_once(5);
}

// What another moment may cure is tried again, and no dead letter.
TEST_F(Consume, LockThatIsTakenHoldsUpAndLosesNothing) {
  subscribe();
  Client holder = database_.connect();
  holder.query("BEGIN");
  holder.query("LOCK TABLE applied IN SHARE MODE");
  append_records(topic_, "k", numbers(0, 10));
  RelayProcess relay(database_, consume_with({"--statement-seconds=1"}));
  ASSERT_TRUE(relay.logs("applying was interrupted and is tried again")) << relay.log();
  holder.query("COMMIT");
  ASSERT_TRUE(becomes_applied(10)) << relay.log();
  expect_each_once(10);
  EXPECT_EQ(client_.value("SELECT count(*) FROM command_center.list_dead_letters()"), "0");
}

TEST_F(Consume, BeginsWhereTheSubscriptionSays) {
  append_records(topic_, "k", numbers(0, 10));
  subscribe(", start_at => 'latest'");
  RelayProcess relay(database_, kConsume);
  ASSERT_TRUE(eventually([&] {
    return client_.value(
               "SELECT coalesce(max(next_offset), 0) FROM command_center.list_consumer_offsets()") == "10";
  })) << relay.log();
  append_records(topic_, "k", numbers(10, 5));
  ASSERT_TRUE(becomes_applied(5)) << relay.log();
  expect_each_once(5);
  EXPECT_EQ(client_.value("SELECT min(value::integer) FROM applied"), "10");
  // From a time on.
  client_.query("DELETE FROM applied");
  const std::string now = client_.value("SELECT clock_timestamp() + interval '10 ms'");
  ASSERT_TRUE(eventually([&] { return client_.value("SELECT clock_timestamp() > '" + now + "'") == "t"; }));
  append_records(topic_, "k", numbers(15, 5));
  ASSERT_TRUE(becomes_applied(5)) << relay.log();
  client_.query("DELETE FROM applied");
  client_.query("SELECT command_center.reset_subscription('orders', '" + now + "')");
  ASSERT_TRUE(becomes_applied(5)) << relay.log();
  expect_each_once(5);
  EXPECT_EQ(client_.value("SELECT min(value::integer) FROM applied"), "15");
  client_.query("DELETE FROM applied");
  client_.query("SELECT command_center.reset_subscription('orders', 'earliest')");
  ASSERT_TRUE(becomes_applied(20)) << relay.log();
  expect_each_once(20);
}

// Made, changed, paused, gone: without a restart.
TEST_F(Consume, ChangesOfSubscriptionsTakeEffectAtOnce) {
  RelayProcess relay(database_, kConsume);
  ASSERT_TRUE(relay.becomes("working")) << relay.log();
  append_records(topic_, "k", numbers(0, 1));
  subscribe();
  ASSERT_TRUE(relay.logs("consuming")) << relay.log();
  ASSERT_TRUE(becomes_applied(1)) << relay.log();
  client_.query("SELECT command_center.set_subscription('orders', status => 'paused')");
  ASSERT_TRUE(relay.logs("no longer consuming")) << relay.log();
  append_records(topic_, "k", numbers(1, 1));
  client_.query(
      "SELECT command_center.set_subscription('orders', status => 'active', filter => '{\"kind\": "
      "\"none\"}')");
  ASSERT_TRUE(eventually([&] {
    return client_.value("SELECT max(next_offset) FROM command_center.list_consumer_offsets()") == "2";
  })) << relay.log();
  EXPECT_EQ(applied(), 1);
}

// It has applied all there was and nothing comes: as it would where it still heard of its group.
TEST_F(Consume, IdleConsumerThatIsCutOffFromKafkaIsNotReady) {
  subscribe();
  append_records(topic_, "k", numbers(0, 5));
  RelayProcess relay(database_, kConsume);
  ASSERT_TRUE(becomes_applied(5)) << relay.log();
  ASSERT_TRUE(relay.becomes("working")) << relay.log();
  control(Server::kKafka, "kill");
  EXPECT_TRUE(eventually([&] { return relay.get("/readyz?role=consumer").first == 503; })) << relay.log();
  control(Server::kKafka, "start");
  EXPECT_TRUE(relay.becomes("working")) << relay.log();
  append_records(topic_, "k", numbers(5, 5));
  ASSERT_TRUE(becomes_applied(10)) << relay.log();
  expect_each_once(10);
}

// A view over many partitions takes seconds to compile, and no limit ends that: as the handler sees it.
TEST_F(Consume, StatementsAreNotCompiled) {
  client_.query(
      "CREATE OR REPLACE FUNCTION apply_one(message command_center.kafka_message) RETURNS void LANGUAGE sql "
      "AS"
      " $$ INSERT INTO public.applied VALUES (current_setting('jit')) $$");
  client_.query("ALTER DATABASE " + database_.name() + " SET jit = on");
  append_records(topic_, "k", numbers(0, 1));
  subscribe();
  RelayProcess relay(database_, kConsume);
  ASSERT_TRUE(becomes_applied(1)) << relay.log();
  EXPECT_EQ(client_.value("SELECT value FROM applied"), "off");
}

TEST_F(Consume, AcknowledgementByKafkaClosesTheCommand) {
  client_.query("SELECT command_center.set_subscription('command_center.acknowledgements')");
  RelayProcess relay(database_, {{}, {}, {}, "all"});
  database_.execute(1);
  const std::string command = *database_.committed().begin();
  ASSERT_TRUE(reader_.receives(database_.committed())) << relay.log();
  ASSERT_TRUE(relay.logs("has partitions")) << relay.log();
  const std::string service = client_.value("SELECT target_service FROM command_center.command_dispatches");
  append_records("commands.acknowledgements", command,
                 {R"({"commandId": ")" + command + R"(", "tenantId": ")" + database_.tenant() +
                  R"(", "status": "completed", "service": ")" + service + R"("})"});
  const std::string status =
      "SELECT command_center.get_dispatch('" + database_.tenant() + "', '" + command + "') ->> 'status'";
  EXPECT_TRUE(eventually([&] { return client_.value(status) == "completed"; })) << relay.log();
}

}  // namespace
}  // namespace command_center::e2e
