// A replayed command and a service's own event, as a consumer finds them in Kafka.
#include "tests/e2e/support/checks.hpp"

namespace command_center::e2e {
namespace {

class Replay : public EndToEnd {
 protected:
  // Reads until the topic holds `count` messages of the tenant.
  [[nodiscard]] bool receives_messages(std::size_t count) {
    return eventually([&] {
      reader_.read_to_end();
      return reader_.messages().size() >= count;
    });
  }
};

TEST_F(Replay, IsTheSameCommandInANewMessageThatNamesTheOriginal) {
  RelayProcess relay(database_);
  database_.execute(1);
  ASSERT_TRUE(reader_.receives(database_.committed())) << relay.log();
  Client client = database_.connect();
  const std::string id = *database_.committed().begin();
  const std::string command = "'" + database_.tenant() + "', '" + id + "'";
  EXPECT_EQ(client.value("SELECT count(*) FROM command_center.replay_dispatch(" + command +
                         ", 'consumer was down', 'tester')"),
            "1");
  ASSERT_TRUE(receives_messages(2)) << relay.log();
  ASSERT_EQ(reader_.messages().size(), 2U);
  const Received& original = reader_.messages()[0];
  const Received& replay = reader_.messages()[1];
  EXPECT_EQ(replay.headers.at("x-command-id"), id);
  EXPECT_NE(replay.headers.at("ce_id"), original.headers.at("ce_id"));
  EXPECT_EQ(replay.headers.at("x-command-replay"), original.headers.at("ce_id"));
  EXPECT_EQ(original.headers.count("x-command-replay"), 0U);
  EXPECT_EQ(replay.key, original.key);
  EXPECT_EQ(replay.value, original.value);
  const auto state = [&] {
    return client.value(
        "SELECT dispatch ->> 'status' || ' ' || (dispatch -> 'replays' -> 0 -> 'published' ->> 'state')"
        " FROM command_center.get_dispatch(" +
        command + ") AS dispatch");
  };
  EXPECT_TRUE(eventually([&] { return state() == "published published"; })) << state();
}

}  // namespace
}  // namespace command_center::e2e
