// Behind PgBouncer in transaction mode every transaction may run in another session: nothing is kept in one,
// and nothing leaks from one client to the next.
#include <set>
#include <stdexcept>

#include "tests/e2e/support/checks.hpp"
#include "tests/e2e/support/pooler.hpp"

namespace command_center::e2e {
namespace {

class Pooled : public EndToEnd {
 protected:
  // The service that a command would go to; also executes it.
  [[nodiscard]] std::string target(Client& client) const {
    return client.value("SELECT target_service FROM command_center.execute_command('order.place', '{}', '" +
                        database_.tenant() + "')");
  }
};

// The service and the relay both: the relay's lease, cursor and transactions need no session of their own.
TEST_F(Pooled, ExactlyOnceUnderLoad) {
  constexpr int kTransactions = 300;
  const Pooler pooler(2);
  RelayProcess relay(database_);
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  {
    Load one(database_);
    Load other(database_);
    ASSERT_TRUE(eventually([&] { return one.transactions() + other.transactions() > kTransactions; }));
  }
  expect_exactly_once(relay);
}

TEST_F(Pooled, ARouteIsSeenByEveryClientsNextStatement) {
  const Pooler pooler(3);
  Client operators = database_.connect();
  std::vector<Client> services;
  for (int i = 0; i < 6; ++i) services.push_back(database_.connect());
  operators.query("SELECT command_center.set_service('blue'), command_center.set_service('green')");
  // Every session of the server has the old route in its cache when it changes: three transactions at a time.
  for (int i = 0; i < 3; ++i) {
    services[i].query("BEGIN");
    EXPECT_EQ(target(services[i]), "orders");
  }
  for (int i = 0; i < 3; ++i) services[i].query("COMMIT");
  Client busy = database_.connect();
  busy.query("BEGIN");
  EXPECT_EQ(target(busy), "orders");
  std::set<std::string> sessions;
  for (const std::string colour : {"blue", "green", "blue", "green"}) {
    operators.query("SELECT command_center.set_route('order.place', '{\"targets\": [{\"serviceId\": \"" +
                    colour + "\"}]}')");
    for (Client& service : services) {
      EXPECT_EQ(target(service), colour);
      sessions.insert(service.value("SELECT pg_backend_pid()"));
    }
    EXPECT_EQ(target(busy), colour) << "in a transaction that began before";
  }
  busy.query("COMMIT");
  EXPECT_GT(sessions.size(), 1U) << "one session of the server did everything";
}

TEST_F(Pooled, WhatOneClientSetsForItsTransactionStaysInIt) {
  const Pooler pooler(1);
  Client one = database_.connect();
  Client other = database_.connect();
  one.query("SELECT command_center.set_environment('staging')");
  one.query("BEGIN");
  one.query("SET LOCAL command_center.environment = 'staging'");
  one.query("SET LOCAL command_center.actor = 'somebody'");
  const std::string environment =
      "SELECT environment FROM command_center.command_dispatches WHERE tenant_id = '" + database_.tenant() +
      "' ORDER BY command_id DESC LIMIT 1";
  (void)target(one);
  EXPECT_EQ(one.value(environment), "staging");
  one.query("COMMIT");
  (void)target(other);
  EXPECT_EQ(other.value(environment), "production");
  EXPECT_EQ(other.value("SELECT current_setting('command_center.actor')"), "");
}

// The failed transaction of one client leaves the shared session usable for the next.
TEST_F(Pooled, ARefusalOfOneClientDoesNotReachTheNext) {
  const Pooler pooler(1);
  Client one = database_.connect();
  Client other = database_.connect();
  EXPECT_THROW(one.query("SELECT command_center.execute_command('order.place', '{\"number\": \"x\"}', '" +
                         database_.tenant() + "')"),
               std::runtime_error);
  EXPECT_EQ(target(other), "orders");
  EXPECT_EQ(other.value("SELECT current_user = session_user"), "t");
  EXPECT_EQ(target(one), "orders");
}

}  // namespace
}  // namespace command_center::e2e
