// What an operator learns before a relay runs, and a container's health check while it does.
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/e2e/support/checks.hpp"

namespace command_center::e2e {
namespace {

class Check : public EndToEnd {
 protected:
  struct Outcome {
    int status;
    std::string text;
  };

  [[nodiscard]] Outcome run(const std::string& words) const {
    const std::string file = required_variable("COMMAND_CENTER_TEST_DIR") + "/check.out";
    const std::string command =
        "PGDATABASE=" + database_.name() + " " E2E_RELAY " " + words + " >'" + file + "' 2>&1";
    const int status = std::system(command.c_str());  // NOLINT(cert-env33-c)
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return {WEXITSTATUS(status), text.str()};
  }
};

TEST_F(Check, SaysThatAllIsWellAndChangesNothing) {
  const Outcome outcome = run("publish --check");
  EXPECT_EQ(outcome.status, 0) << outcome.text;
  for (const char* line :
       {"ok     postgres: PostgreSQL ", "ok     publisher \"default\": ", "ok     kafka: 1 brokers"})
    EXPECT_NE(outcome.text.find(line), std::string::npos) << outcome.text;
  EXPECT_EQ(database_.connect().value("SELECT count(*) FROM command_center.publisher_leases"), "0");
}

TEST_F(Check, SaysWhatWouldFailOnBothSides) {
  const Outcome outcome =
      run("publish --check --publisher=nobody --kafka-property=security.protocol=ssl"
          " --kafka-property=ssl.ca.location=/no/such/file");
  EXPECT_EQ(outcome.status, 1);
  for (const char* line : {"ok     postgres", "FAILS  publisher \"nobody\": ", "FAILS  kafka client: "})
    EXPECT_NE(outcome.text.find(line), std::string::npos) << outcome.text;
}

TEST_F(Check, LooksAtWhatEverySubscriptionNeeds) {
  Client client = database_.connect();
  const std::string topic = "check-" + database_.name();
  create_topic(topic, "delete");
  for (const std::string name : {"good", "bad"}) {
    client.query("CREATE FUNCTION take_" + name +
                 "(message command_center.kafka_message) RETURNS void LANGUAGE sql AS ''");
    client.query("SELECT command_center.set_subscription('" + name + "', ARRAY['" + topic +
                 "'], 'public.take_" + name + "(command_center.kafka_message)')");
  }
  const Outcome well = run("all --check");
  EXPECT_EQ(well.status, 0) << well.text;
  for (const std::string line : {"ok     publisher \"default\": ", "ok     subscriptions: 2 active\n"})
    EXPECT_NE(well.text.find(line), std::string::npos) << well.text;
  client.query("DROP FUNCTION take_bad(command_center.kafka_message)");
  client.query("SELECT command_center.set_subscription('bad', topics => ARRAY['nowhere." + topic + "'])");
  client.query("SELECT command_center.begin_consuming(subscription, subscription_id, ARRAY[ROW('" + topic +
               "', 0, 5, NULL, NULL)::command_center.consumer_position]) FROM command_center.subscriptions"
               " WHERE subscription = 'good'");
  const Outcome outcome = run("consume --check --no-create-topics");
  EXPECT_EQ(outcome.status, 1) << outcome.text;
  for (const std::string& line :
       {std::string("FAILS  subscription \"bad\", handler: function public.take_bad"),
        "FAILS  subscription \"bad\", topic \"nowhere." + topic + "\": it does not exist",
        std::string("ok     subscription \"good\", handler: can be called"),
        "ok     subscription \"good\", topic \"" + topic + "\": 1 partitions",
        std::string("ok     subscription \"good\", group \"command-center.good."),
        "FAILS  subscription \"good\", offsets: offset 5 of partition 0 of topic \"" + topic +
            "\" is not in kafka any more; It has 0 to 0."})
    EXPECT_NE(outcome.text.find(line), std::string::npos) << line << "\n" << outcome.text;
  EXPECT_EQ(outcome.text.find("publisher"), std::string::npos) << outcome.text;
}

// A relay's role has the level, and may still lack the right to call what a subscription names.
TEST_F(Check, TellsThatTheRoleMayNotCallAHandler) {
  Client client = database_.connect();
  const std::string role = database_.name() + "_role";
  client.query("CREATE ROLE " + role + " LOGIN");
  client.query("SELECT command_center.grant_access('" + role + "', 'relay')");
  client.query("CREATE FUNCTION take(message command_center.kafka_message) RETURNS void LANGUAGE sql AS ''");
  client.query("REVOKE ALL ON FUNCTION take FROM PUBLIC");
  client.query(
      "SELECT command_center.set_subscription('one', ARRAY['check'], "
      "'public.take(command_center.kafka_message)')");
  const std::string words = "consume --check --postgres=user=" + role;
  const Outcome refused = run(words);
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.text.find("handler: permission denied for function take"), std::string::npos)
      << refused.text;
  client.query("GRANT EXECUTE ON FUNCTION take TO " + role);
  EXPECT_EQ(run(words).status, 0) << run(words).text;
}

TEST_F(Check, HealthcheckTellsReadyFromNot) {
  RelayProcess relay(database_);
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  const std::string log = relay.log();
  const std::string label = "\"admin_port\":";
  const std::string port = std::to_string(std::stoi(log.substr(log.find(label) + label.size())));
  const Outcome ready = run("healthcheck --admin-port=" + port);
  EXPECT_EQ(ready.status, 0) << ready.text;
  EXPECT_EQ(ready.text, "leading\n");
  relay.kill_9();
  EXPECT_EQ(run("healthcheck --admin-port=" + port).status, 1);
}

TEST_F(Check, HangupDoesNotEndARelay) {
  RelayProcess relay(database_);
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  relay.send(SIGHUP);
  database_.execute(3);
  expect_exactly_once(relay);
}

}  // namespace
}  // namespace command_center::e2e
