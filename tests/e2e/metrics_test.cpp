// What the relay tells of itself is what Prometheus takes, by its own judgement where it is installed.
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/e2e/support/consuming.hpp"
#include "tests/e2e/support/metrics.hpp"

namespace command_center::e2e {
namespace {

class Metrics : public Consuming {
 protected:
  static bool has(const std::string& program) { return run("command -v " + program) == 0; }
  static int run(const std::string& command) {
    return WEXITSTATUS(std::system((command + " >/dev/null 2>&1").c_str()));  // NOLINT(cert-env33-c)
  }
  static bool tells(const RelayProcess& relay, const std::string& line) {
    return eventually([&] { return relay.get("/metrics").second.find("\n" + line) != std::string::npos; });
  }
  static std::string file(const std::string& name) {
    return required_variable("COMMAND_CENTER_TEST_DIR") + "/" + name;
  }
};

// Every number of both directions, before, while and after something waits.
TEST_F(Metrics, TellWhatWaitsInBothDirections) {
  subscribe();
  RelayOptions options = consume_with({"--statement-seconds=2"});
  options.command = "all";
  RelayProcess relay(database_, options);
  ASSERT_TRUE(tells(relay, "command_center_outbox_pending_messages{publisher=\"default\"} 0\n"))
      << relay.log();
  append_records(topic_, "k", numbers(0, 10));
  ASSERT_TRUE(becomes_applied(10)) << relay.log();
  ASSERT_TRUE(
      tells(relay, "command_center_consumer_lag_messages{partition=\"0\",subscription=\"orders\",topic=\"" +
                       topic_ + "\"} 0\n"))
      << relay.get("/metrics").second;
  Client holder = database_.connect();
  holder.query("BEGIN");
  holder.query("LOCK TABLE applied IN SHARE MODE");
  append_records(topic_, "k", numbers(10, 7));
  ASSERT_TRUE(
      tells(relay, "command_center_consumer_lag_messages{partition=\"0\",subscription=\"orders\",topic=\"" +
                       topic_ + "\"} 7\n"))
      << relay.get("/metrics").second;
  holder.query("COMMIT");
  ASSERT_TRUE(becomes_applied(17)) << relay.log();
  // A subscription that is no longer consumed has no lag that would grow old.
  client_.query("SELECT command_center.set_subscription('orders', status => 'paused')");
  EXPECT_TRUE(eventually([&] {
    return relay.get("/metrics").second.find("command_center_consumer_lag_messages{") == std::string::npos;
  })) << relay.get("/metrics").second;
}

TEST_F(Metrics, OutboxThatNobodyPublishesGrowsOld) {
  // Somebody else has the lease, and does nothing.
  client_.query("SELECT command_center.acquire_lease('default', 'nobody', '1 hour')");
  RelayProcess relay(database_);
  database_.execute(3);
  EXPECT_TRUE(tells(relay, "command_center_outbox_pending_messages{publisher=\"default\"} 3\n"))
      << relay.get("/metrics").second;
  EXPECT_TRUE(eventually([&] {
    return metric(relay.get("/metrics").second,
                  "command_center_outbox_oldest_pending_age_seconds{publisher=\"default\"}") > 0;
  })) << relay.get("/metrics").second;
}

TEST_F(Metrics, AreFreeOfFaultsByPromtool) {
  if (!has("promtool")) GTEST_SKIP() << "promtool is not installed";
  subscribe();
  RelayProcess relay(database_, {kConsume.flags, {}, {}, "all"});
  append_records(topic_, "k", {"1", "poison"});
  database_.execute(3);
  ASSERT_TRUE(becomes_applied(1)) << relay.log();
  ASSERT_TRUE(reader_.receives(database_.committed())) << relay.log();
  ASSERT_TRUE(tells(relay, "command_center_consumer_lag_messages{")) << relay.log();
  std::ofstream(file("metrics")) << relay.get("/metrics").second;
  EXPECT_EQ(std::system(("promtool check metrics <'" + file("metrics") + "'").c_str()),
            0)  // NOLINT(cert-env33-c)
      << relay.get("/metrics").second;
}

TEST_F(Metrics, AreScrapedByPrometheus) {
  if (!has("prometheus") || !has("promtool")) GTEST_SKIP() << "prometheus is not installed";
  RelayProcess relay(database_);
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  std::ofstream(file("prometheus.yml"))
      << "global: {scrape_interval: 1s}\nscrape_configs:\n"
      << "- {job_name: relay, static_configs: [{targets: ['127.0.0.1:" << relay.admin_port() << "']}]}\n";
  const std::string port = file("prometheus.port");
  ASSERT_EQ(run("bash -c '. " E2E_SOURCE_DIR "/scripts/lib/common.sh; free_port >\"" + port + "\"'"), 0);
  std::string number;
  std::getline(std::ifstream(port), number);
  const std::string address = "127.0.0.1:" + number;
  ASSERT_EQ(run("bash -c 'prometheus --config.file=\"" + file("prometheus.yml") +
                "\" --storage.tsdb.path=\"" + file("prometheus") + "\" --web.listen-address=" + address +
                " >\"" + file("prometheus.log") + "\" 2>&1 & echo $! >\"" + file("prometheus.pid") + "\"'"),
            0);
  const auto answers = [&](const std::string& query) {
    return run("promtool query instant http://" + address + " '" + query + "' | grep -q '=> 1'") == 0;
  };
  EXPECT_TRUE(eventually([&] { return answers("up{job=\"relay\"}"); }));
  EXPECT_TRUE(eventually([&] { return answers("command_center_relay_leader"); }));
  run("kill $(cat '" + file("prometheus.pid") + "')");
}

}  // namespace
}  // namespace command_center::e2e
