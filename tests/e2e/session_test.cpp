// The relay's sessions in the database: whatever a role, a pooler or a list of hosts makes of them, and what
// the relay does about a database that is not ready for it.
#include <csignal>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/e2e/support/checks.hpp"
#include "tests/e2e/support/missing_standby.hpp"
#include "tests/e2e/support/pooler.hpp"
#include "tests/support/loopback.hpp"

namespace command_center::e2e {
namespace {

constexpr int kOperatorNeeded = 3;

class Session : public EndToEnd {
 protected:
  // A role for relays with each of these settings; answers the flag that uses it.
  [[nodiscard]] std::string role_with(const std::vector<std::string>& settings) {
    const std::string role = database_.name() + "_role";
    Client client = database_.connect();
    client.query("CREATE ROLE " + role + " LOGIN");
    client.query("SELECT command_center.grant_access('" + role + "', 'relay')");
    for (const std::string& setting : settings) client.query("ALTER ROLE " + role + " SET " + setting);
    return "--postgres=user=" + role;
  }
};

const std::vector<std::string> kHostileSettings{"client_min_messages = error",
                                                "statement_timeout = '250ms'",
                                                "lock_timeout = '1ms'",
                                                "idle_in_transaction_session_timeout = '1ms'",
                                                "idle_session_timeout = '1ms'",
                                                "default_transaction_isolation = serializable",
                                                "default_transaction_read_only = on",
                                                "default_transaction_deferrable = on",
                                                "search_path = nowhere",
                                                "row_security = off",
                                                "standard_conforming_strings = off",
                                                "synchronous_commit = off"};

// However seldom it looks for messages.
TEST_F(Session, AnIdleLeaderRenewsItsLease) {
  Client client = database_.connect();
  client.query("ALTER FUNCTION command_center.wait_for_outbox(interval, bigint) RENAME TO not_there");
  RelayProcess relay(database_,
                     {{"--lease-ttl-seconds=6", "--poll-min-ms=30000", "--poll-max-ms=30000"}, {}});
  EXPECT_TRUE(eventually([&client] {
    return client.value("SELECT count(*) >= 3 FROM command_center.publisher_leases") == "t";
  })) << relay.log();
  EXPECT_EQ(client.value("SELECT max(term) FROM command_center.publisher_leases"), "1") << relay.log();
}

TEST_F(Session, SettingsOfTheRoleDoNotMatter) {
  RelayProcess relay(database_, {{role_with(kHostileSettings), "--publisher=default"}, {}});
  database_.execute(100);
  expect_exactly_once(relay);
}

TEST_F(Session, SettingsOfTheRoleDoNotMatterBehindAPooler) {
  // Those that end a session between two transactions are the pooler's to bear.
  std::vector<std::string> settings;
  for (const std::string& setting : kHostileSettings) {
    if (setting.compare(0, 4, "idle") != 0) settings.push_back(setting);
  }
  const std::string flag = role_with(settings);
  const Pooler pooler(2, flag.substr(flag.rfind('=') + 1));
  RelayProcess relay(database_, {{flag}, {}});
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  database_.execute(100);
  expect_exactly_once(relay);
}

// Nothing that the relay sets for itself reaches the next client of a pooled session.
TEST_F(Session, LeavesNoSettingBehindInAPooledSession) {
  const Pooler pooler(1);
  RelayProcess relay(database_);
  database_.execute(1);
  ASSERT_TRUE(reader_.receives(database_.committed())) << relay.log();
  Client next = database_.connect();
  EXPECT_EQ(next.value("SELECT concat_ws(',', current_setting('search_path'),"
                       " current_setting('idle_in_transaction_session_timeout'))"),
            "\"$user\", public,0");
  expect_exactly_once(relay);
}

TEST_F(Session, WarningAboutTheStandbyIsSeenWhateverTheRoleHides) {
  const std::string flag = role_with({"client_min_messages = error", "synchronous_commit = off"});
  database_.execute(1);
  RelayProcess relay(database_, {{flag, "--lease-ttl-seconds=60"}, "after-kafka-commit"});
  ASSERT_TRUE(relay.waits_at_stop_point());
  {
    MissingStandby standby(database_);
    standby.commits(database_, database_.execute_sql(1));
    relay.send(SIGCONT);
    ASSERT_TRUE(standby.cancels_wait_of("COMMIT")) << relay.log();
    EXPECT_TRUE(relay.logs("may not have reached the standby")) << relay.log();
    reader_.read_to_end();
    EXPECT_EQ(reader_.messages().size(), 1U);
  }
  expect_exactly_once(relay);
}

TEST_F(Session, SecondHostIsReachedWhereTheFirstIsSilent) {
  const loopback::Listener silent;  // that nobody accepts from
  const std::string hosts = "--postgres=host=127.0.0.1," + required_variable("PGHOST") +
                            " port=" + std::to_string(silent.port()) + "," + required_variable("PGPORT") +
                            " connect_timeout=2";
  RelayProcess relay(database_, {{hosts}, {}});
  EXPECT_TRUE(relay.becomes("leading")) << relay.log();
  database_.execute(10);
  expect_exactly_once(relay);
}

TEST_F(Session, TermWhileAHostIsSilentEndsAtOnce) {
  const loopback::Listener silent;  // that nobody accepts from
  RelayProcess relay(database_, {{"--postgres=host=127.0.0.1 port=" + std::to_string(silent.port())}, {}});
  ASSERT_TRUE(relay.logs("started")) << relay.log();
  relay.send(SIGTERM);
  EXPECT_EQ(relay.exit_status(), 0) << relay.log();
}

// Frozen while it waits for a lock: elsewhere it might have stopped the whole server.
TEST_F(Session, BackendThatIsFrozenIsGivenUp) {
  RelayProcess relay(database_, {{"--statement-seconds=1", kShortLease}, {}});
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  Client blocker = database_.connect();
  blocker.query("BEGIN; LOCK TABLE command_center.publication_batches IN ACCESS EXCLUSIVE MODE");
  std::string backend;
  ASSERT_TRUE(eventually([&] {
    const auto rows = blocker.query("SELECT pid FROM pg_locks WHERE NOT granted");
    if (!rows.empty()) backend = rows[0][0];
    return !backend.empty() && kill(std::stoi(backend), SIGSTOP) == 0;
  }));
  EXPECT_TRUE(relay.logs("did not answer within")) << relay.log();
  kill(std::stoi(backend), SIGCONT);
  blocker.query("COMMIT");
  database_.execute(10);
  expect_exactly_once(relay);
}

TEST_F(Session, StatementThatTakesTooLongIsCancelled) {
  RelayProcess relay(database_, {{"--statement-seconds=1"}, {}});
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  Client blocker = database_.connect();
  blocker.query("BEGIN; LOCK TABLE command_center.publication_batches IN ACCESS EXCLUSIVE MODE");
  EXPECT_TRUE(relay.logs("\"sqlstate\":\"57014\"")) << relay.log();
  blocker.query("COMMIT");
  database_.execute(10);
  expect_exactly_once(relay);
}

TEST_F(Session, WaitsForSetupAsForTheExtension) {
  const std::string name = database_.name() + "_bare";
  Client("postgres").query("CREATE DATABASE " + name);
  {
    RelayProcess relay(database_, {{"--postgres=dbname=" + name}, {}});
    ASSERT_TRUE(relay.logs("CREATE EXTENSION command_center")) << relay.log();
    Client(name).query("CREATE EXTENSION command_center");
    ASSERT_TRUE(relay.logs("Call command_center.setup() first")) << relay.log();
    Client(name).query("SELECT command_center.setup()");
    EXPECT_TRUE(relay.becomes("leading")) << relay.log();
  }
  Client("postgres").query("DROP DATABASE " + name + " WITH (FORCE)");
}

TEST_F(Session, PublisherThatDoesNotExistNeedsAnOperator) {
  RelayProcess relay(database_, {{"--publisher=nobody"}, {}});
  EXPECT_EQ(relay.exit_status(), kOperatorNeeded) << relay.log();
  EXPECT_TRUE(relay.logs("publisher \\\"nobody\\\" does not exist")) << relay.log();
}

}  // namespace
}  // namespace command_center::e2e
