// A relay with healthy servers: what it publishes, what it says of itself, and how it stops.
#include "tests/e2e/support/checks.hpp"

namespace command_center::e2e {
namespace {

class Publish : public EndToEnd {};

TEST_F(Publish, MessageCarriesKeyHeadersAndEnvelopeOfTheOutbox) {
  RelayProcess relay(database_);
  database_.execute(1);
  ASSERT_TRUE(reader_.receives(database_.committed())) << relay.log();
  ASSERT_EQ(reader_.messages().size(), 1U);
  const Received& message = reader_.messages()[0];
  Client client = database_.connect();
  const std::string from =
      " FROM command_center.transactional_outbox WHERE tenant_id = '" + database_.tenant() + "'";
  EXPECT_EQ(message.key, client.value("SELECT partition_key" + from));
  EXPECT_EQ(message.value, client.value("SELECT value" + from));
  std::map<std::string, std::string> headers;
  for (const Row& row : client.query("SELECT header.key, header.value FROM "
                                     "command_center.transactional_outbox, json_each_text(headers) AS header"
                                     " WHERE tenant_id = '" +
                                     database_.tenant() + "'")) {
    headers[row[0]] = row[1];
  }
  EXPECT_EQ(message.headers, headers);
  for (const char* name :
       {"x-command-id", "x-command-name", "x-command-target", "x-tenant-id", "ce_id", "ce_type"}) {
    EXPECT_EQ(message.headers.count(name), 1U) << name;
  }
}

TEST_F(Publish, TombstonesHaveNoValueAndRawTopicsThePayloadAlone) {
  Client client = database_.connect();
  const std::string tenant = "'" + database_.tenant() + "'";
  const std::string compacted = "rooms-" + database_.name();
  const std::string raw = "plain-" + database_.name();
  client.query("SELECT command_center.set_topic('" + compacted +
               "', cleanup => 'compact'), command_center.set_topic('" + raw + "', envelope => 'raw')");
  client.query("SELECT command_center.publish_event('" + compacted + "', 'room.gone', NULL, " + tenant +
               ", 'room-7'), command_center.publish_event('" + raw + "', 'note', '\"\"', " + tenant + ")");
  RelayProcess relay(database_);
  TopicReader rooms(compacted, database_.tenant());
  // An event has no x-command-id.
  ASSERT_TRUE(rooms.receives({""})) << relay.log();
  EXPECT_TRUE(rooms.messages()[0].is_tombstone);
  EXPECT_EQ(rooms.messages()[0].key, "room-7");
  TopicReader plain(raw, database_.tenant());
  ASSERT_TRUE(plain.receives({""})) << relay.log();
  EXPECT_FALSE(plain.messages()[0].is_tombstone);
  EXPECT_EQ(plain.messages()[0].value, "\"\"");
}

TEST_F(Publish, CommittedCommandsAreReadableExactlyOnceAndRolledBackOnesNever) {
  RelayProcess relay(database_);
  Load load(database_);
  ASSERT_TRUE(eventually([&] { return load.transactions() >= 100; }));
  load.stop();
  expect_exactly_once(relay);
}

TEST_F(Publish, IdleRelayWaitsForTheNextCommitAndPublishesIt) {
  RelayProcess relay(database_, {{"--poll-min-ms=60000", "--poll-max-ms=60000"}, {}});
  Client client = database_.connect();
  ASSERT_TRUE(eventually([&] {
    return client.value(
               "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
               "pg_backend_pid() AND wait_event = 'Extension' AND query LIKE '%wait_for_outbox%'") == "1";
  })) << relay.log();
  database_.execute(1);
  expect_exactly_once(relay);
}

TEST_F(Publish, RelayPollsWhereTheDatabaseCannotWakeIt) {
  Client client = database_.connect();
  client.query("ALTER EXTENSION command_center DROP FUNCTION command_center.wait_for_outbox");
  client.query("DROP FUNCTION command_center.wait_for_outbox");
  RelayProcess relay(database_);
  ASSERT_TRUE(relay.logs("polling, since the database cannot wake the relay")) << relay.log();
  database_.execute(1);
  expect_exactly_once(relay);
}

TEST_F(Publish, BacklogIsPublishedInBatchesOfTheSizeAskedFor) {
  database_.execute(2500);
  RelayProcess relay(database_, {{"--batch-messages=1000"}, {}});
  expect_exactly_once(relay);
  EXPECT_EQ(
      database_.connect().value(
          "SELECT string_agg(messages::text, ',' ORDER BY batch_id) FROM command_center.publication_batches"
          " WHERE messages > 0"),
      "1000,1000,500");
}

TEST_F(Publish, TermFinishesReleasesTheLeaseAndExitsWithZero) {
  RelayProcess relay(database_);
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  relay.send(SIGTERM);
  EXPECT_EQ(relay.exit_status(), 0) << relay.log();
  EXPECT_TRUE(relay.logs("released the lease"));
  EXPECT_EQ(
      database_.connect().value("SELECT granted FROM command_center.acquire_lease('default', 'next', '5 s')"),
      "t");
}

TEST_F(Publish, TermDuringABatchFinishesTheBatch) {
  database_.execute(3000);
  RelayProcess relay(database_, {{"--batch-messages=1000"}, "mid-produce:2"});
  ASSERT_TRUE(relay.waits_at_stop_point());
  relay.send(SIGTERM);
  relay.send(SIGCONT);
  EXPECT_EQ(relay.exit_status(), 0) << relay.log();
  reader_.read_to_end();
  EXPECT_EQ(reader_.messages().size(), 2000U);
}

TEST_F(Publish, SecondTermStopsAtOnceAndLosesNothing) {
  database_.execute(1000);
  {
    RelayProcess relay(database_, {{kShortLease}, "mid-produce"});
    ASSERT_TRUE(relay.waits_at_stop_point());
    relay.send(SIGTERM);
    relay.send(SIGINT);  // a second TERM would melt into the first while the process is stopped
    relay.send(SIGCONT);
    const auto status = relay.exit_status();
    ASSERT_TRUE(status);
    EXPECT_GT(*status, 128) << relay.log();
  }
  RelayProcess next(database_, {{kShortLease}, {}});
  expect_exactly_once(next);
}

TEST_F(Publish, AdminPortTellsHealthAndCounts) {
  RelayProcess relay(database_);
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  database_.execute(7);
  ASSERT_TRUE(reader_.receives(database_.committed()));
  EXPECT_EQ(relay.get("/livez"), (std::pair<int, std::string>{200, "alive\n"}));
  EXPECT_EQ(relay.get("/nothing").first, 404);
  const auto counted = [&] {
    return relay.get("/metrics")
               .second.find("command_center_relay_published_total{topic=\"commands.primary\"} 7\n") !=
           std::string::npos;
  };
  EXPECT_TRUE(eventually(counted)) << relay.get("/metrics").second;
  const std::string metrics = relay.get("/metrics").second;
  for (const char* line : {"command_center_relay_leader 1\n", "command_center_build_info{",
                           "command_center_relay_batch_duration_seconds_count 1\n",
                           "command_center_relay_last_success_timestamp_seconds 1"}) {
    EXPECT_NE(metrics.find(line), std::string::npos) << line << metrics;
  }
}

TEST_F(Publish, LogIsJsonLinesWithoutPayloads) {
  RelayProcess relay(database_, {{"--log-level=debug"}, {}});
  database_.execute(1);
  ASSERT_TRUE(reader_.receives(database_.committed()));
  const std::string log = relay.log();
  EXPECT_EQ(log.find(R"({"time":")"), 0U) << log;
  EXPECT_EQ(log.find(*database_.committed().begin()), std::string::npos) << log;
  EXPECT_EQ(log.find("order.place"), std::string::npos) << log;
}

TEST_F(Publish, WaitsForADatabaseThatIsNotSetUpYet) {
  database_.connect().query("ALTER SCHEMA command_center RENAME TO not_yet");
  RelayProcess relay(database_);
  ASSERT_TRUE(relay.logs("publishing was interrupted")) << relay.log();
  EXPECT_TRUE(relay.logs("CREATE EXTENSION command_center")) << relay.log();
  EXPECT_EQ(relay.get("/readyz").first, 503);
  database_.connect().query("ALTER SCHEMA not_yet RENAME TO command_center");
  database_.execute(1);
  expect_exactly_once(relay);
}

TEST_F(Publish, WaitsForTheRightsOfItsRole) {
  const std::string role = database_.name() + "_relay";
  database_.connect().query("CREATE ROLE " + role + " LOGIN");
  RelayProcess relay(database_, {{"--postgres=user=" + role}, {}});
  ASSERT_TRUE(relay.logs("grant_access('the role', 'relay')")) << relay.log();
  database_.connect().query("SELECT command_center.grant_access('" + role + "', 'relay')");
  database_.execute(1);
  expect_exactly_once(relay);
}

TEST_F(Publish, TopicThatMayNotBeCreatedIsWaitedFor) {
  {
    // The progress topic must be there already.
    RelayProcess relay(database_, {{kShortLease}, {}});
    ASSERT_TRUE(relay.becomes("leading")) << relay.log();
    relay.send(SIGTERM);
    ASSERT_EQ(relay.exit_status(), 0);
  }
  database_.connect().query("SELECT command_center.set_service('late', topic => 'commands.late')");
  database_.connect().query(
      "SELECT command_center.set_route('order.place',"
      " '{\"targets\": [{\"serviceId\": \"late\", \"weight\": 1}]}')");
  database_.execute(3);
  RelayProcess relay(database_, {{"--no-create-topics"}, {}});
  ASSERT_TRUE(relay.logs("does not exist")) << relay.log();
  create_topic("commands.late", "delete");
  TopicReader late("commands.late", database_.tenant());
  EXPECT_TRUE(late.receives(database_.committed())) << relay.log();
  delete_topic("commands.late");
}

// A topic is made as it is declared; one that is otherwise is reported.
TEST_F(Publish, TopicsAreMadeAsTheyAreDeclared) {
  const std::string made = "made-" + database_.name();
  const std::string other = "other-" + database_.name();
  create_topic(other, {{"max.message.bytes", "5000"}});
  Client client = database_.connect();
  for (const std::string& topic : {made, other}) {
    client.query("SELECT command_center.set_topic('" + topic +
                 "', partitions => 3, cleanup => 'compact', max_message_bytes => 4000)");
  }
  client.query("SELECT command_center.publish_event('" + made + "', 'e', '1', '" + database_.tenant() +
               "', partition_key => 'k')");
  {
    RelayProcess relay(database_);
    for (const char* found : {R"("partitions","declared":"3","found":"1")",
                              R"("cleanup.policy","declared":"compact","found":"delete")",
                              R"("max.message.bytes","declared":"4000","found":"5000")"}) {
      EXPECT_TRUE(relay.logs(R"("topic":")" + other + R"(","setting":)" + found)) << relay.log();
    }
    TopicReader reader(made, {});
    EXPECT_TRUE(eventually([&] {
      reader.read_to_end();
      return reader.messages().size() == 1;
    })) << relay.log();
  }
  RelayProcess relay(database_);
  EXPECT_TRUE(eventually([&] {
    return relay.get("/metrics").second.find("command_center_relay_topic_differences 3\n") !=
           std::string::npos;
  })) << relay.log();
}

}  // namespace
}  // namespace command_center::e2e
