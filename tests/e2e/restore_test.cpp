// A dump restored into another cluster publishes nothing by itself; after setup() and rebase_outbox() it
// sends what Kafka does not have, and nothing else.
#include <algorithm>
#include <stdexcept>

#include "tests/e2e/support/checks.hpp"
#include "tests/e2e/support/second_cluster.hpp"

namespace command_center::e2e {
namespace {

constexpr int kOperatorNeeded = 3;

class Restore : public EndToEnd {
 protected:
  // Publishes what there is and stops.
  void publish() {
    RelayProcess relay(database_);
    ASSERT_TRUE(reader_.receives(database_.committed())) << relay.log();
    relay.send(SIGTERM);
    ASSERT_EQ(relay.exit_status(), 0) << relay.log();
  }

  [[nodiscard]] std::string dump_file() const {
    return required_variable("COMMAND_CENTER_TEST_DIR") + "/" + database_.name() + ".sql";
  }

  // The copy, set up; a relay that is started on it refuses to publish.
  void restore() {
    SecondCluster::restore(database_.name(), dump_file());
    EXPECT_EQ(database_.connect().value("SELECT command_center.setup()"), "0");
    RelayProcess relay(database_);
    EXPECT_EQ(relay.exit_status(), kOperatorNeeded) << relay.log();
    EXPECT_TRUE(relay.logs("rebase_outbox")) << relay.log();
  }

  // As docs/operations.md tells an operator: the record under the identity that the rows came with.
  [[nodiscard]] std::string rebase() const {
    Client client = database_.connect();
    const std::string identity =
        client.value("SELECT identity FROM command_center.publishers WHERE publisher = 'default'");
    const std::vector<std::string> records = printed_progress();
    const auto record = std::find_if(records.begin(), records.end(), [&](const std::string& line) {
      return line.find(identity) != std::string::npos;
    });
    if (record == records.end()) throw std::runtime_error("Kafka has no record of " + identity);
    return client.value(
        "SELECT concat_ws(' ', answer -> 'published', answer -> 'unpublished', answer -> 'positionsLost')"
        " FROM command_center.rebase_outbox('default', '" +
        *record + "') AS answer");
  }

  // Each of these is in Kafka once, and nothing else.
  void expect_once(const Ids& ids) {
    publish();
    reader_.read_to_end();
    for (const auto& [id, count] : reader_.counts()) {
      EXPECT_EQ(count, 1) << id;
      EXPECT_EQ(ids.count(id), 1U) << id;
    }
    EXPECT_EQ(reader_.counts().size(), ids.size());
  }
};

TEST_F(Restore, DumpOlderThanKafka) {
  database_.execute(10);
  publish();
  database_.execute(5);
  dump(database_.name(), dump_file());
  // Not in the dump: five that it has unpublished are published, and five that it does not know at all.
  database_.execute(5);
  publish();
  Ids expected = database_.committed();
  ASSERT_EQ(expected.size(), 20U);

  const SecondCluster second;
  restore();
  // A service was faster than the operator: its transaction ids mean nothing to Kafka's record.
  database_.execute(5);
  EXPECT_EQ(rebase(), "15 5 5");
  database_.execute(5);
  expected.merge(database_.committed());
  ASSERT_EQ(expected.size(), 30U);
  expect_once(expected);
}

TEST_F(Restore, DumpAsNewAsKafka) {
  // In progress while its neighbours are published, and committed before the dump.
  Client late = database_.connect();
  late.query("BEGIN");
  late.query(database_.execute_sql(3));
  database_.execute(10);
  publish();
  late.query("COMMIT");
  database_.execute(5);
  dump(database_.name(), dump_file());

  const SecondCluster second;
  restore();
  EXPECT_EQ(rebase(), "10 8 0");
  const Ids expected = database_.committed();
  ASSERT_EQ(expected.size(), 18U);
  expect_once(expected);
  // It is a database like any other again.
  database_.execute(5);
  expect_once(database_.committed());
}

TEST_F(Restore, LostProgressTopic) {
  database_.execute(10);
  publish();
  database_.execute(5);
  delete_topic(kProgressTopic);
  {
    RelayProcess relay(database_);
    EXPECT_EQ(relay.exit_status(), kOperatorNeeded) << relay.log();
  }
  ASSERT_TRUE(eventually([&] {
    return database_.connect().value(
               "SELECT bool_and(expires_at < clock_timestamp()) FROM command_center.publisher_leases"
               " WHERE claimed_at = (SELECT max(claimed_at) FROM command_center.publisher_leases)") == "t";
  }));
  EXPECT_EQ(database_.connect().value("SELECT command_center.rebase_outbox('default',"
                                      " command_center.recorded_progress('default')) ->> 'unpublished'"),
            "5");
  expect_once(database_.committed());
}

TEST_F(Restore, DroppedExtensionComesBack) {
  Client client = database_.connect();
  const std::string role = database_.name() + "_service";
  client.query("CREATE ROLE " + role);
  client.query("SELECT command_center.grant_access('" + role +
               "', 'dispatcher'), command_center.bind_role('" + role + "', NULL)");
  Client service = database_.connect();
  service.query("SET ROLE " + role);
  service.query(database_.execute_sql(10));
  publish();
  service.query(database_.execute_sql(5));
  client.query("DROP EXTENSION command_center");
  client.query("CREATE EXTENSION command_center");
  EXPECT_THROW(service.query(database_.execute_sql(1)), std::runtime_error) << "its rights are gone";
  EXPECT_EQ(client.value("SELECT command_center.setup()"), "0");
  service.query(database_.execute_sql(5));
  ASSERT_EQ(database_.committed().size(), 20U);
  expect_once(database_.committed());
}

}  // namespace
}  // namespace command_center::e2e
