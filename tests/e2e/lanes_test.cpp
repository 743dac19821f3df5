// Each partition of a subscription and each subscription goes on by itself: one that is slow, bad, new or cut
// off holds up no other.
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/e2e/support/consuming.hpp"

namespace command_center::e2e {
namespace {

class Lanes : public Consuming {};

std::string handler_that(const std::string& body) {
  return "CREATE OR REPLACE FUNCTION apply_one(message command_center.kafka_message) RETURNS void LANGUAGE "
         "plpgsql AS $$ BEGIN " +
         body + " END $$";
}

TEST_F(Lanes, PartitionThatIsAddedIsAppliedFromItsBeginning) {
  subscribe(", start_at => 'latest'");
  RelayProcess relay(database_, kConsume);
  ASSERT_TRUE(relay.logs("has partitions")) << relay.log();
  append_records(topic_, "k", numbers(0, 5), 0);
  ASSERT_TRUE(becomes_applied(5)) << relay.log();
  grow_topic(topic_, 2);
  append_records(topic_, "k", numbers(5, 5), 1);
  append_records(topic_, "k", numbers(10, 5), 0);
  ASSERT_TRUE(becomes_applied(15)) << relay.log();
  expect_each_once(15);
}

// A message that keeps failing has a large part of its partition behind it.
TEST_F(Lanes, BadMessageHoldsUpItsPartitionAlone) {
  constexpr int kBehind = 3000;
  grow_topic(topic_, 2);
  subscribe(", max_attempts => 100");
  append_records(topic_, "k", {"poison"}, 0);
  append_records(topic_, "k", numbers(0, kBehind), 0);
  RelayProcess relay(database_, consume_with({"--consume-batch-bytes=20000"}));
  ASSERT_TRUE(relay.logs("a message failed and is tried again")) << relay.log();
  append_records(topic_, "k", numbers(kBehind, kBehind), 1);
  ASSERT_TRUE(becomes_applied(kBehind)) << relay.log();
  EXPECT_EQ(client_.value("SELECT min(value::integer) FROM applied"), std::to_string(kBehind));
  EXPECT_LT(std::stoi(client_.value("SELECT count(DISTINCT xmin::text) FROM applied")), kBehind / 10)
      << "others are applied one by one";
  client_.query(handler_that(
      "INSERT INTO public.applied VALUES (message.value, message.topic, message.partition::text);"));
  ASSERT_TRUE(becomes_applied(2 * kBehind + 1)) << relay.log();
  expect_each_once(2 * kBehind + 1);
}

// One waits in its handler for as long as the test wants, one in what its handler leaves to the commit, and
// one fails as a conflict does. Partitions share their transactions until then.
TEST_F(Lanes, MessagesThatAreSlowOrInConflictHoldUpTheirPartitionsAlone) {
  constexpr int kPartitions = 6;
  constexpr int kEach = 20;
  grow_topic(topic_, kPartitions);
  client_.query("CREATE TABLE gate ()");
  client_.query(
      "CREATE FUNCTION pass_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
      " IF NEW.value = '-2' THEN LOCK TABLE public.gate IN ROW SHARE MODE; END IF; RETURN NULL; END $$");
  client_.query(
      "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON applied DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
      "EXECUTE "
      "FUNCTION pass_late()");
  client_.query("CREATE TABLE conflict AS SELECT true AS is_there");
  client_.query(
      handler_that("IF message.value = '-1' THEN LOCK TABLE public.gate IN ROW SHARE MODE; END IF;"
                   "IF message.value = '-3' AND (SELECT is_there FROM public.conflict) THEN"
                   " RAISE EXCEPTION 'in conflict' USING ERRCODE = '40001'; END IF;"
                   "INSERT INTO public.applied VALUES (message.value, message.topic, NULL);"));
  subscribe();
  for (int i = 0; i < kPartitions; ++i) append_records(topic_, "k", numbers(i * kEach, kEach), i);
  Client holder = database_.connect();
  holder.query("BEGIN");
  holder.query("LOCK TABLE gate IN ACCESS EXCLUSIVE MODE");
  for (int i = 0; i < 3; ++i) append_records(topic_, "k", {std::to_string(-1 - i)}, i);
  for (int i = 0; i < kPartitions; ++i)
    append_records(topic_, "k", numbers((kPartitions + i) * kEach, kEach), i);
  RelayProcess relay(database_, consume_with({"--statement-seconds=3600"}));
  const auto are_applied = [this](int first, int last) {
    return client_.value("SELECT count(*) FROM applied WHERE value::integer BETWEEN " +
                         std::to_string(first) + " AND " + std::to_string(last));
  };
  const std::string all_of_others = std::to_string((kPartitions - 3) * kEach);
  ASSERT_TRUE(eventually([&] {
    return are_applied(3 * kEach, kPartitions * kEach - 1) == all_of_others &&
           are_applied((kPartitions + 3) * kEach, 2 * kPartitions * kEach - 1) == all_of_others;
  })) << relay.log();
  EXPECT_EQ(are_applied(kPartitions * kEach, (kPartitions + 3) * kEach - 1), "0");
  holder.query("COMMIT");
  client_.query("UPDATE conflict SET is_there = false");
  ASSERT_TRUE(becomes_applied(2 * kPartitions * kEach + 3)) << relay.log();
  expect_each_once(2 * kPartitions * kEach + 3);
  EXPECT_EQ(client_.value("SELECT count(*) FROM command_center.list_dead_letters()"), "0");
  relay.send(SIGTERM);
  EXPECT_EQ(relay.exit_status(), 0) << relay.log();
}

// More than the relay has memory for waits behind a handler that cannot go on.
TEST_F(Lanes, SlowSubscriptionHoldsUpNeitherOthersNorMemory) {
  constexpr int kMessages = 400;
  constexpr int kBytes = 200'000;
  const std::string busy = topic_ + "-busy";
  create_topic(busy, "delete");
  client_.query("CREATE TABLE gate ()");
  client_.query("CREATE TABLE passed (place text)");
  client_.query(
      "CREATE FUNCTION pass(message command_center.kafka_message) RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
      " LOCK TABLE public.gate IN ROW SHARE MODE; INSERT INTO public.passed VALUES (message.offset); END $$");
  client_.query("SELECT command_center.set_subscription('busy', ARRAY['" + busy +
                "'], 'public.pass(command_center.kafka_message)')");
  subscribe();
  Client holder = database_.connect();
  holder.query("BEGIN");
  holder.query("LOCK TABLE gate IN ACCESS EXCLUSIVE MODE");
  for (int i = 0; i < kMessages; i += 50)
    append_records(busy, "k", std::vector<std::string>(50, std::string(kBytes, 'x')));
  RelayProcess relay(database_, consume_with({"--statement-seconds=1", "--consume-batch-bytes=1000000"}));
  ASSERT_TRUE(relay.logs("\"sqlstate\":\"57014\"")) << relay.log();
  append_records(topic_, "k", numbers(0, 100));
  ASSERT_TRUE(becomes_applied(100)) << relay.log();
  holder.query("COMMIT");
  EXPECT_TRUE(eventually([&] {
    return client_.value("SELECT count(*) FROM passed") == std::to_string(kMessages);
  })) << relay.log();
  EXPECT_EQ(client_.value("SELECT count(DISTINCT place) FROM passed"), std::to_string(kMessages));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which need memory of their own
  EXPECT_LT(relay.peak_kilobytes(), kMessages * (kBytes / 1024)) << relay.log();
#endif
}

// A whole batch takes longer than a statement may: less of it does not.
TEST_F(Lanes, BatchThatTakesTooLongIsAppliedInSmallerOnes) {
  constexpr int kMessages = 30;
  grow_topic(topic_, 2);
  subscribe();
  client_.query(
      handler_that("IF message.partition = 0 THEN PERFORM pg_sleep(0.05); END IF;"
                   "INSERT INTO public.applied VALUES (message.value, message.topic, NULL);"));
  append_records(topic_, "k", numbers(0, kMessages), 0);
  append_records(topic_, "k", numbers(kMessages, kMessages), 1);
  RelayProcess relay(database_, consume_with({"--statement-seconds=1"}));
  ASSERT_TRUE(becomes_applied(2 * kMessages)) << relay.log();
  expect_each_once(2 * kMessages);
  EXPECT_EQ(client_.value("SELECT count(*) FROM command_center.list_dead_letters()"), "0");
}

// What fails the commit is no message's failure to the database: its cursor is read there.
TEST_F(Lanes, MessageThatFailsTheCommitHoldsUpItsPartitionAlone) {
  grow_topic(topic_, 2);
  subscribe();
  client_.query(handler_that(
      "IF message.value = 'poison' THEN"
      " EXECUTE 'DECLARE late CURSOR WITH HOLD FOR SELECT 1 / (pg_backend_pid() - pg_backend_pid())';"
      " END IF;"
      " INSERT INTO public.applied VALUES (message.value, message.topic, NULL);"));
  append_records(topic_, "k", {"1", "2", "poison", "3"}, 0);
  append_records(topic_, "k", numbers(10, 20), 1);
  RelayProcess relay(database_, kConsume);
  ASSERT_TRUE(becomes_applied(22)) << relay.log();
  EXPECT_TRUE(relay.logs("applying was interrupted and is tried again")) << relay.log();
  expect_each_once(22);
  client_.query(handler_that("INSERT INTO public.applied VALUES (message.value, message.topic, NULL);"));
  ASSERT_TRUE(becomes_applied(24)) << relay.log();
  expect_each_once(24);
}

// Kafka's retention was faster: what is missing cannot be known, and somebody has to decide.
TEST_F(Lanes, MessagesThatAreGonePassOverAloneAndSaySo) {
  grow_topic(topic_, 2);
  subscribe();
  append_records(topic_, "k", numbers(0, 5), 0);
  append_records(topic_, "k", numbers(5, 5), 1);
  {
    RelayProcess relay(database_, kConsume);
    ASSERT_TRUE(becomes_applied(10)) << relay.log();
    relay.send(SIGTERM);
    ASSERT_EQ(relay.exit_status(), 0) << relay.log();
  }
  append_records(topic_, "k", numbers(10, 5), 0);
  delete_records(topic_, 0, 8);
  RelayProcess relay(database_, kConsume);
  ASSERT_TRUE(relay.logs("messages were gone from kafka before they were applied")) << relay.log();
  append_records(topic_, "k", numbers(20, 5), 1);
  ASSERT_TRUE(becomes_applied(17)) << relay.log();
  expect_each_once(17);
  EXPECT_TRUE(relay.becomes("working")) << relay.log();
  EXPECT_EQ(client_.value("SELECT finding FROM command_center.doctor() WHERE finding LIKE '%passed over%'"),
            "the subscription \"orders\" passed over 3 offsets of partition 0 of topic \"" + topic_ +
                "\", which were not in Kafka any more");
}

// A topic that was made anew has fewer messages than were applied of it.
TEST_F(Lanes, PartitionThatIsBeyondItsEndStopsAloneUntilItIsMoved) {
  grow_topic(topic_, 2);
  subscribe();
  append_records(topic_, "k", numbers(0, 5), 0);
  append_records(topic_, "k", numbers(5, 5), 1);
  {
    RelayProcess relay(database_, kConsume);
    ASSERT_TRUE(becomes_applied(10)) << relay.log();
    relay.send(SIGTERM);
    ASSERT_EQ(relay.exit_status(), 0) << relay.log();
  }
  const auto move_to = [this](const std::string& offset, const std::string& partition = "0") {
    client_.query("SELECT command_center.move_consumer_offset('orders', '" + topic_ + "', " + partition +
                  ", " + offset + ", 'a test')");
  };
  move_to("100");
  append_records(topic_, "k", numbers(10, 5), 0);
  RelayProcess relay(database_, kConsume);
  ASSERT_TRUE(relay.logs("a partition stops: an operator is needed")) << relay.log();
  append_records(topic_, "k", numbers(20, 5), 1);
  ASSERT_TRUE(becomes_applied(15)) << relay.log();
  EXPECT_TRUE(eventually([&] {
    return relay.get("/readyz?role=consumer") == std::pair<int, std::string>{503, "stalled\n"};
  })) << relay.log();
  // Another partition has all of them read again; that is no news of the one that stands.
  move_to("11", "1");
  append_records(topic_, "k", numbers(25, 5), 1);
  ASSERT_TRUE(becomes_applied(19)) << relay.log();
  EXPECT_TRUE(relay.logs("another relay was faster")) << relay.log();
  EXPECT_EQ(relay.get("/readyz?role=consumer").second, "stalled\n");
  append_records(topic_, "k", numbers(30, 5), 1);
  ASSERT_TRUE(becomes_applied(24)) << relay.log();
  EXPECT_EQ(relay.get("/readyz?role=consumer").second, "stalled\n");
  const std::string log = relay.log();
  const std::string stops = "a partition stops: an operator is needed";
  EXPECT_EQ(log.find(stops), log.rfind(stops)) << log;
  move_to("5");
  ASSERT_TRUE(becomes_applied(29)) << relay.log();
  expect_each_once(29);
  EXPECT_TRUE(relay.becomes("working")) << relay.log();
}

TEST_F(Lanes, BytesThatAreNoTextAndTombstonesArriveAsTheyAre) {
  client_.query(
      "CREATE TABLE seen (place bigint, key bytea, value bytea, key_text text, value_text text, headers "
      "jsonb)");
  client_.query(
      handler_that("INSERT INTO public.seen VALUES (message.offset, message.key_bytes, message.value_bytes,"
                   " message.key, message.value, message.header_list);"));
  const std::string bytes("\xff\x00\"\\{,}\n", 8);
  append_record(topic_, {bytes, bytes, {{"h", bytes}, {"h", "text"}, {"e", ""}}});
  append_record(topic_, {"key", std::nullopt, {}});
  append_record(topic_, {std::nullopt, "", {}});
  append_record(topic_, {"", "caf\xc3\xa9 \"\\{,}\n'$1", {{"n", std::nullopt}}});
  subscribe();
  RelayProcess relay(database_, kConsume);
  ASSERT_TRUE(eventually([&] { return client_.value("SELECT count(*) FROM seen") == "4"; })) << relay.log();
  EXPECT_EQ(
      client_.value(
          "SELECT string_agg(concat_ws(' ', coalesce(encode(key, 'hex'), 'none'),"
          " coalesce(encode(value, 'hex'), 'none'), key_text IS NULL, value_text IS NULL, headers), E'\\n'"
          " ORDER BY place) FROM seen"),
      "ff00225c7b2c7d0a ff00225c7b2c7d0a t t [{\"name\": \"h\", \"valueBase64\": \"/wAiXHssfQo=\"},"
      " {\"name\": \"h\", \"value\": \"text\"}, {\"name\": \"e\", \"value\": \"\"}]\n"
      "6b6579 none f t []\n"
      "none  t f []\n"
      " 636166c3a920225c7b2c7d0a272431 f f [{\"name\": \"n\", \"value\": null}]");
  EXPECT_EQ(client_.value("SELECT value_text FROM seen WHERE place = 3"), "caf\xc3\xa9 \"\\{,}\n'$1");
}

}  // namespace
}  // namespace command_center::e2e
