// What Kafka does not take never holds up the rest: each way in which it can refuse, and how it ends.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "tests/e2e/support/checks.hpp"

namespace command_center::e2e {
namespace {

// Within this time others flow.
constexpr std::chrono::seconds kSoon{5};

// The payloads of events, which are numbers, as they are read.
std::vector<int> numbers(const std::string& topic) {
  TopicReader reader(topic, {});
  reader.read_to_end();
  std::vector<int> found;
  for (const Received& message : reader.messages()) {
    const std::string name = "\"payload\":";
    found.push_back(std::stoi(message.value.substr(message.value.find(name) + name.size())));
  }
  return found;
}

class Poison : public EndToEnd {
 protected:
  Poison() {
    // One key, so that a topic with several partitions is read in order, too.
    client_.query("SELECT command_center.set_undeclared_topics('allow')");
  }

  // An event for each number; one of more bytes than `bytes` where that is given.
  void send(const std::string& topic, const std::vector<int>& numbers, bool ordered = false) {
    for (const int number : numbers) {
      client_.query("SELECT command_center.publish_event('" + topic + "', 'e', '" + std::to_string(number) +
                    "', '" + database_.tenant() + "', partition_key => 'k', ordered => " +
                    (ordered ? "true" : "false") + ")");
    }
  }
  void send_large(const std::string& topic, int bytes) {
    client_.query("SELECT command_center.publish_event('" + topic + "', 'e', to_jsonb(repeat('x', " +
                  std::to_string(bytes) + ")), '" + database_.tenant() + "', partition_key => 'k')");
  }
  // Commands that are sent now are readable soon.
  void expect_others_flow(const RelayProcess& relay) {
    database_.execute(100);
    EXPECT_TRUE(reader_.receives(database_.committed(), kSoon)) << relay.log();
  }
  std::string parked(const std::string& reason) {
    return client_.value("SELECT count(*) FROM command_center.list_parked(reason => '" + reason + "')");
  }
  bool are_parked(const std::string& reason, const std::string& count) {
    return eventually([&] { return parked(reason) == count; });
  }

  const std::string topic_ = "poison-" + database_.name();
  Client client_ = database_.connect();
};

TEST_F(Poison, AMessageTooLargeForItsTopicIsLeftOutAndSentOnceItFits) {
  create_topic(topic_, {{"max.message.bytes", "4000"}});
  database_.execute(500);
  send(topic_, {1, 2});
  send_large(topic_, 10'000);
  send(topic_, {3});
  database_.execute(500);
  // The first transaction of a broker takes its time.
  RelayProcess relay(database_);
  EXPECT_TRUE(reader_.receives(database_.committed())) << relay.log();
  ASSERT_TRUE(are_parked("refused", "1")) << relay.log();
  send_large(topic_, 10'000);
  expect_others_flow(relay);
  ASSERT_TRUE(are_parked("refused", "2")) << relay.log();
  EXPECT_EQ(numbers(topic_), (std::vector<int>{1, 2, 3}));
  EXPECT_NE(client_.value("SELECT min(detail) FROM command_center.list_parked()").find("MSG_SIZE_TOO_LARGE"),
            std::string::npos);

  configure_topic(topic_, {{"max.message.bytes", "100000"}});
  client_.query(
      "SELECT command_center.release_parked(ARRAY(SELECT message_id FROM command_center.list_parked()), 'it "
      "fits')");
  TopicReader reader(topic_, {});
  EXPECT_TRUE(eventually([&] {
    reader.read_to_end();
    return reader.messages().size() == 5;
  })) << relay.log();
  EXPECT_EQ(parked("refused"), "0");
  expect_exactly_once(relay);
}

TEST_F(Poison, OfAnOrderedKeyWhatComesLaterWaits) {
  create_topic(topic_, {{"max.message.bytes", "4000"}});
  send(topic_, {1}, true);
  client_.query("SELECT command_center.publish_event('" + topic_ + "', 'e', to_jsonb(repeat('x', 9000)), '" +
                database_.tenant() + "', partition_key => 'k', ordered => true)");
  send(topic_, {2, 3}, true);
  RelayProcess relay(database_);
  ASSERT_TRUE(are_parked("behind", "2")) << relay.log();
  expect_others_flow(relay);
  send(topic_, {4}, true);
  ASSERT_TRUE(are_parked("behind", "3")) << relay.log();
  EXPECT_EQ(numbers(topic_), std::vector<int>{1});
  client_.query(
      "SELECT command_center.discard_parked(ARRAY(SELECT message_id FROM command_center.list_parked(reason "
      "=> "
      "'refused')), 'nobody needs it')");
  send(topic_, {5}, true);
  EXPECT_TRUE(eventually([&] {
    return numbers(topic_) == std::vector<int>({1, 2, 3, 4, 5});
  })) << relay.log();
}

TEST_F(Poison, ManyThatAreRefusedAreFoundAmongMany) {
  create_topic(topic_, {{"max.message.bytes", "4000"}});
  for (int i = 0; i < 20; ++i) {
    database_.execute(50);
    send_large(topic_, 10'000);
  }
  RelayProcess relay(database_);
  EXPECT_TRUE(reader_.receives(database_.committed())) << relay.log();
  EXPECT_TRUE(are_parked("refused", "20")) << relay.log();
  expect_exactly_once(relay);
}

TEST_F(Poison, ATopicThatIsMissingIsHeldUntilItIsThere) {
  // Made by hand, since the relay may not.
  try {
    create_topic(kCommandTopic, TopicConfig{});
  } catch (const std::runtime_error&) {
  }
  try {
    create_topic(kProgressTopic, "compact");
  } catch (const std::runtime_error&) {
  }
  send(topic_, {1, 2, 3}, true);
  database_.execute(100);
  RelayProcess relay(database_, {{"--no-create-topics"}, {}});
  EXPECT_TRUE(reader_.receives(database_.committed())) << relay.log();
  ASSERT_TRUE(are_parked("topic", "3")) << relay.log();
  send(topic_, {4}, true);
  expect_others_flow(relay);
  ASSERT_TRUE(are_parked("topic", "4")) << relay.log();
  create_topic(topic_, TopicConfig{});
  send(topic_, {5}, true);
  EXPECT_TRUE(eventually([&] {
    return numbers(topic_) == std::vector<int>({1, 2, 3, 4, 5});
  })) << relay.log();
  EXPECT_EQ(parked("topic"), "0");
}

TEST_F(Poison, ATopicThatCollidesWithAnotherIsHeld) {
  send(topic_ + ".a", {1});
  RelayProcess relay(database_);
  ASSERT_TRUE(eventually([&] {
    return client_.value("SELECT pending_messages FROM command_center.outbox_status") == "0";
  })) << relay.log();
  send(topic_ + "_a", {2});
  expect_others_flow(relay);
  ASSERT_TRUE(are_parked("topic", "1")) << relay.log();
  expect_others_flow(relay);
  EXPECT_NE(client_.value("SELECT detail FROM command_center.list_parked()").find("collides"),
            std::string::npos)
      << client_.value("SELECT detail FROM command_center.list_parked()");
}

TEST_F(Poison, ATopicThatIsDeletedIsMadeAnew) {
  send(topic_, {1});
  RelayProcess relay(database_);
  EXPECT_TRUE(eventually(
      [&] { return client_.value("SELECT pending_messages FROM command_center.outbox_status") == "0"; }));
  delete_topic(topic_);
  send(topic_, {2});
  expect_others_flow(relay);
  EXPECT_TRUE(eventually([&] { return numbers(topic_) == std::vector<int>{2}; })) << relay.log();
  expect_exactly_once(relay);
}

TEST_F(Poison, ManyNewTopicsDelayNobody) {
  for (int i = 0; i < 60; ++i) send(topic_ + "." + std::to_string(i), {i});
  database_.execute(100);
  RelayProcess relay(database_);
  EXPECT_TRUE(reader_.receives(database_.committed())) << relay.log();
  EXPECT_TRUE(eventually([&] {
    return client_.value("SELECT pending_messages FROM command_center.outbox_status") == "0" &&
           parked("topic") == "0";
  })) << relay.log();
  EXPECT_EQ(numbers(topic_ + ".59"), std::vector<int>{59});
}

TEST_F(Poison, WithoutTransactionsItIsLeftOutAsWell) {
  create_topic(topic_, {{"max.message.bytes", "4000"}});
  send(topic_, {1, 2});
  send_large(topic_, 10'000);
  send(topic_, {3});
  database_.execute(200);
  RelayProcess relay(database_, {{"--delivery=at-least-once"}, {}});
  EXPECT_TRUE(reader_.receives(database_.committed())) << relay.log();
  ASSERT_TRUE(are_parked("refused", "1")) << relay.log();
  expect_others_flow(relay);
  EXPECT_EQ(numbers(topic_), (std::vector<int>{1, 2, 3}));
}

// Killed at every step of it, nothing is lost and nothing sent twice.
TEST_F(Poison, KilledInTheMiddleNothingIsLost) {
  create_topic(topic_, {{"max.message.bytes", "4000"}});
  database_.execute(200);
  send_large(topic_, 10'000);
  database_.execute(200);
  for (const char* stop_point : {"mid-produce", "before-kafka-commit", "after-kafka-commit"}) {
    RelayProcess relay(database_, {{kShortLease}, stop_point});
    ASSERT_TRUE(relay.waits_at_stop_point()) << relay.log();
  }
  RelayProcess last(database_, {{kShortLease}, {}});
  EXPECT_TRUE(are_parked("refused", "1")) << last.log();
  expect_exactly_once(last);
}

}  // namespace
}  // namespace command_center::e2e
