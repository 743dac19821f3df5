// When Kafka and the database disagree about what is published, the relay stops with KC015 and publishes
// nothing.
#include "tests/e2e/support/checks.hpp"

namespace command_center::e2e {
namespace {

constexpr int kOperatorNeeded = 3;

class Disagreement : public EndToEnd {
 protected:
  void SetUp() override {
    database_.execute(10);
    RelayProcess relay(database_);
    ASSERT_TRUE(reader_.receives(database_.committed())) << relay.log();
    relay.send(SIGTERM);
    ASSERT_EQ(relay.exit_status(), 0);
    database_.execute(10);
  }

  // A relay ends with KC015, says why, and publishes nothing.
  void expect_stop() {
    RelayProcess relay(database_);
    EXPECT_EQ(relay.exit_status(), kOperatorNeeded) << relay.log();
    EXPECT_TRUE(relay.logs("\"sqlstate\":\"KC015\"")) << relay.log();
    EXPECT_TRUE(relay.logs("\"hint\":\"Nothing is published until")) << relay.log();
    reader_.read_to_end();
    EXPECT_EQ(reader_.messages().size(), 10U);
  }

  [[nodiscard]] std::string progress_key() const {
    return database_.connect().value("SELECT command_center.publisher_identity('default')") + "/default";
  }

  // The last record of this database, changed by a jsonb expression over `record`.
  void append_changed_record(const std::string& expression) const {
    TopicReader progress(kProgressTopic, {});
    progress.read_to_end();
    std::string record;
    for (const Received& message : progress.messages()) {
      if (message.key == progress_key()) record = message.value;
    }
    append_records(kProgressTopic, progress_key(),
                   {database_.connect().value("SELECT " + expression + " FROM (SELECT '" + record +
                                              "'::jsonb AS record) AS last")},
                   progress_partition(progress_key()));
  }
};

TEST_F(Disagreement, ProgressTopicWasDeleted) {
  delete_topic(kProgressTopic);
  expect_stop();
}

TEST_F(Disagreement, KafkaIsAhead) {
  append_changed_record("jsonb_set(record, '{batch}', '1000')");
  expect_stop();
}

TEST_F(Disagreement, KafkaHasOtherSnapshotsForTheBatch) {
  append_changed_record("jsonb_set(record, '{snapshotAfter}', '\"7:7:\"')");
  expect_stop();
}

TEST_F(Disagreement, RecordOfAnotherDatabase) {
  append_changed_record("jsonb_set(record, '{identity}', '\"another\"')");
  expect_stop();
}

TEST_F(Disagreement, LastRecordIsFoundBehindThousandsOfOthers) {
  append_records(kProgressTopic, "another/publisher", std::vector<std::string>(3000, "{}"),
                 progress_partition(progress_key()));
  RelayProcess relay(database_);
  expect_exactly_once(relay);
}

TEST_F(Disagreement, ProgressTopicThatIsNotCompactedIsRefused) {
  delete_topic(kProgressTopic);
  create_topic(kProgressTopic, "delete");
  {
    RelayProcess relay(database_);
    EXPECT_EQ(relay.exit_status(), kOperatorNeeded) << relay.log();
    EXPECT_TRUE(relay.logs("is not compacted")) << relay.log();
  }
  delete_topic(kProgressTopic);
}

}  // namespace
}  // namespace command_center::e2e
