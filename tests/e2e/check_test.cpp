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
