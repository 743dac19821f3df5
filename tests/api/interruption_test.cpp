// What a client can rely on when the daemon or the database goes away in the middle: an answer or a broken
// connection, and with its key one effect.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/api/support/api_process.hpp"
#include "tests/api/support/http_client.hpp"
#include "tests/e2e/support/servers.hpp"
#include "tests/faults/proxy.hpp"

namespace command_center::api_tests {
namespace {

constexpr int kAccepted = 202;
constexpr int kUnavailable = 503;

// Every commit is made, and its answer waits for a standby that there is not.
class AnswersToCommitsHeld {
 public:
  explicit AnswersToCommitsHeld(const Database& database) : client_(database.connect()) {
    client_.query("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    client_.query("SELECT pg_reload_conf()");
    // In force once a commit waits.
    Client probe = database.connect();
    const std::string process = probe.value("SELECT pg_backend_pid()");
    std::atomic<bool> is_enough{false};
    std::thread commits([&] {
      while (!is_enough) probe.query("SELECT pg_current_xact_id(), pg_logical_emit_message(true, 'a', 'b')");
    });
    is_in_force_ = eventually([&] { return waiting() == 1; });
    is_enough = true;
    client_.query("SELECT pg_cancel_backend(" + process + ")");
    commits.join();
  }
  ~AnswersToCommitsHeld() { end(); }
  AnswersToCommitsHeld(const AnswersToCommitsHeld&) = delete;
  AnswersToCommitsHeld& operator=(const AnswersToCommitsHeld&) = delete;

  [[nodiscard]] bool is_in_force() const { return is_in_force_; }
  int waiting() {
    return std::stoi(client_.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"));
  }
  // What waits now answers all the same.
  void answer() {
    client_.query("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
  }
  void end() {
    client_.query("ALTER SYSTEM RESET synchronous_standby_names");
    client_.query("SELECT pg_reload_conf()");
  }

 private:
  Client client_;
  bool is_in_force_ = false;
};

class Interruption : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<ApiProcess> start(std::vector<std::string> environment = {}) const {
    return std::make_unique<ApiProcess>(database_, ApiOptions{{"--auth", "none"}, std::move(environment), 0});
  }
  [[nodiscard]] HttpHeaders caller() const {
    return {"x-tenant-id: " + database_.tenant(), "X-User-Id: clerk", "X-User-Role: clerk"};
  }
  static HttpAnswer place(HttpClient& client, const std::string& key) {
    return client.post("/v1/commands/order.place/execute", "{\"payload\":{\"number\":1}}",
                       {"Idempotency-Key: " + key});
  }
  [[nodiscard]] int dispatches() const { return static_cast<int>(database_.committed().size()); }

  // The command order.wait, which waits for a lock.
  static void make_waiting_handler(Client& client) {
    client.query(
        "CREATE FUNCTION wait_for_it(command command_center.accepted_command) RETURNS jsonb LANGUAGE plpgsql"
        " SET search_path = pg_catalog AS $$ BEGIN PERFORM pg_advisory_xact_lock(4242); RETURN '{}'; END $$;"
        "SELECT command_center.set_service('waiting', handler =>"
        " 'public.wait_for_it(command_center.accepted_command)');"
        "SELECT command_center.register_command('order.wait', '{}', default_target => 'waiting')");
  }
  // Starts an API with one connection, and answers when a batch of commands with and without a key is
  // committed and not answered: key "k<n>" and correlation id "c<n>", or none and "bare-<n>".
  static constexpr int kTogether = 20;
  std::unique_ptr<ApiProcess> commit_together(std::optional<AnswersToCommitsHeld>& held,
                                              std::vector<std::thread>& clients,
                                              std::vector<HttpAnswer>& answers) {
    Client client = database_.connect();
    make_waiting_handler(client);
    auto api = std::make_unique<ApiProcess>(
        database_, ApiOptions{{"--auth", "none", "--database-connections", "1", "--lock-wait-ms", "60000",
                               "--request-seconds", "600"},
                              {"PGPORT=" + std::to_string(to_postgres_.port())},
                              0});
    HttpClient admin(api->admin_port());
    HttpClient first(api->http_port(), caller());
    EXPECT_TRUE(eventually([&] { return first.get("/health/readiness").status == 200; }));
    client.query("SELECT pg_advisory_lock(4242)");
    answers.resize(kTogether + 1);
    const int port = api->http_port();
    clients.emplace_back([this, port, &answers] {
      answers.back() = HttpClient(port, caller()).post("/v1/commands/order.wait/execute", "{}");
    });
    EXPECT_TRUE(eventually([&] {
      return client.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == "1";
    }));
    for (int number = 0; number < kTogether; ++number) {
      clients.emplace_back([this, port, number, &answers] {
        answers.at(static_cast<std::size_t>(number)) = place_one_of_many(port, number);
      });
    }
    const std::string all = "command_center_api_requests_under_way " + std::to_string(kTogether + 1);
    EXPECT_TRUE(eventually([&] { return admin.get("/metrics").body.find(all) != std::string::npos; }));
    held.emplace(database_);
    EXPECT_TRUE(held->is_in_force());
    client.query("SELECT pg_advisory_unlock(4242)");
    EXPECT_TRUE(eventually([&] { return held->waiting() == 1; }));
    held->answer();
    // Now it is the others' turn.
    EXPECT_TRUE(eventually([&] {
      // In this order: whatever waits once the first commit is seen is another one.
      return client.value("SELECT count(*) FROM command_center.command_dispatches") == "1" &&
             held->waiting() == 1;
    }));
    return api;
  }
  static bool has_key(int number) { return number % 4 != 0; }
  HttpAnswer place_one_of_many(int port, int number) const {
    HttpHeaders headers{"x-correlation-id: c" + std::to_string(number)};
    if (has_key(number)) headers.push_back("Idempotency-Key: k" + std::to_string(number));
    return HttpClient(port, caller()).post("/v1/commands/order.place/execute", R"({"number":1})", headers);
  }
  static std::string id_in(const HttpAnswer& answer) {
    const std::string location = answer.header("location");
    return location.substr(location.rfind('/') + 1);
  }
  // By correlation id, of those that are in one transaction with others.
  std::map<std::string, std::string> committed_together() const {
    std::map<std::string, std::string> ids;
    for (const auto& row : database_.connect().query(
             "SELECT correlation_id, command_id FROM command_center.command_dispatches"
             " JOIN command_center.transactional_outbox AS message USING (tenant_id, command_id)"
             " WHERE correlation_id ~ '^c[0-9]'"
             " AND message.transaction_id IN (SELECT transaction_id FROM command_center.transactional_outbox"
             " GROUP BY transaction_id HAVING count(*) > 2)"))
      ids.emplace(row[0], row[1]);
    return ids;
  }

  const Database database_;
  faults::Proxy to_postgres_{0, [] { return std::stoi(e2e::required_variable("PGPORT")); }};
};

TEST_F(Interruption, ADrainAnswersWhatWasTaken) {
  const auto api = start();
  constexpr int kClients = 8;
  std::atomic<int> accepted{0};
  std::atomic<int> broken_off{0};
  std::atomic<int> strange{0};
  std::vector<std::thread> clients;
  for (int each = 0; each < kClients; ++each) {
    clients.emplace_back([&, each] {
      HttpClient client(api->http_port(), caller());
      for (int number = 0;; ++number) {
        const HttpAnswer answer = place(client, std::to_string(each) + "-" + std::to_string(number));
        if (answer.status == kAccepted) {
          ++accepted;
        } else {
          // Refused while it drains, or the port is closed; never an answer cut short.
          if (answer.status == 0) ++broken_off;
          if (answer.status != 0 && answer.status != kUnavailable) ++strange;
          if (answer.status == 0) return;
        }
      }
    });
  }
  EXPECT_TRUE(eventually([&] { return accepted > 20 * kClients; }));
  api->send(SIGTERM);
  EXPECT_EQ(api->exit_status(), 0) << api->log();
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(strange, 0);
  EXPECT_EQ(broken_off, kClients);
  EXPECT_EQ(dispatches(), accepted);
}

// A worker that has no connection has nothing to say about what the others will do.
TEST_F(Interruption, ADrainAnswersWhatWaitsThoughNotEveryConnectionIsThere) {
  Client client = database_.connect();
  client.query("CREATE ROLE one_connection LOGIN CONNECTION LIMIT 1");
  client.query("SELECT command_center.grant_access('one_connection', 'dispatcher')");
  client.query("SELECT command_center.bind_role('one_connection', '" + database_.tenant() + "')");
  make_waiting_handler(client);
  std::atomic<int> attempts{0};
  const int postgres = std::stoi(e2e::required_variable("PGPORT"));
  faults::Proxy counting(0, [&] {
    ++attempts;
    return postgres;
  });
  const ApiProcess api(
      database_, ApiOptions{{"--auth", "none", "--database-connections", "4", "--batching", "off",
                             "--lock-wait-ms", "60000", "--request-seconds", "600", "--drain-seconds", "600"},
                            {"PGUSER=one_connection", "PGPORT=" + std::to_string(counting.port())},
                            0});
  HttpClient ready(api.http_port(), caller());
  ASSERT_TRUE(eventually([&] { return ready.get("/health/readiness").status == 200; }));
  HttpClient admin(api.admin_port());
  constexpr int kClients = 4;
  std::vector<HttpAnswer> answers(kClients);
  std::vector<std::thread> clients;
  client.query("SELECT pg_advisory_lock(4242)");
  for (int each = 0; each < kClients; ++each) {
    clients.emplace_back([&, each] {
      answers.at(static_cast<std::size_t>(each)) =
          HttpClient(api.http_port(), caller()).post("/v1/commands/order.wait/execute", "{}");
    });
  }
  const std::string all = "command_center_api_requests_under_way " + std::to_string(kClients);
  EXPECT_TRUE(eventually([&] { return admin.get("/metrics").body.find(all) != std::string::npos; }));
  api.send(SIGTERM);
  EXPECT_TRUE(eventually([&] { return ready.get("/health/readiness").status == kUnavailable; }));
  // One of the three has tried twice, and so failed once.
  const int before = attempts;
  EXPECT_TRUE(eventually([&] { return attempts > before + 3; }));
  client.query("SELECT pg_advisory_unlock(4242)");
  for (std::thread& each : clients) each.join();
  for (const HttpAnswer& answer : answers) EXPECT_EQ(answer.status, kAccepted) << answer.body;
}

TEST_F(Interruption, ARetryByKeyHasOneEffectWhateverWasKilled) {
  auto api = start();
  constexpr int kClients = 4;
  constexpr int kCommands = 30;
  constexpr int kKills = 2;
  std::atomic<int> port{api->http_port()};
  std::atomic<int> accepted{0};
  std::vector<std::thread> clients;
  for (int each = 0; each < kClients; ++each) {
    clients.emplace_back([&, each] {
      std::optional<HttpClient> client;
      int known = 0;
      for (int number = 0; number < kCommands; ++number) {
        const std::string key = "kept-" + std::to_string(each) + "-" + std::to_string(number);
        const bool is_done = eventually([&] {
          if (const int now = port; now != known || !client) {
            known = now;
            client.emplace(now, caller());
          }
          return place(*client, key).status == kAccepted;
        });
        if (!is_done) return;
        ++accepted;
      }
    });
  }
  for (int kill = 1; kill <= kKills; ++kill) {
    EXPECT_TRUE(eventually([&] { return accepted >= kill * kClients * kCommands / (kKills + 1); }));
    api->kill_9();
    api = start();
    port = api->http_port();
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(accepted, kClients * kCommands);
  EXPECT_EQ(dispatches(), kClients * kCommands);
}

TEST_F(Interruption, KilledBetweenACommitOfManyAndItsAnswersARetryFindsEachDone) {
  std::optional<AnswersToCommitsHeld> held;
  std::vector<std::thread> clients;
  std::vector<HttpAnswer> answers;
  auto api = commit_together(held, clients, answers);
  api->kill_9();
  for (std::thread& client : clients) client.join();
  for (int number = 0; number < kTogether; ++number)
    EXPECT_EQ(answers.at(static_cast<std::size_t>(number)).status, 0);
  held->end();
  EXPECT_TRUE(eventually([&] { return dispatches() > kTogether; }));
  const auto committed = committed_together();
  EXPECT_GT(committed.size(), kTogether / 2);
  api = start();
  for (int number = 0; number < kTogether; ++number) {
    if (!has_key(number)) continue;
    const HttpAnswer again = place_one_of_many(api->http_port(), number);
    EXPECT_EQ(again.status, kAccepted) << again.body;
    const auto found = committed.find("c" + std::to_string(number));
    if (found == committed.end()) continue;
    EXPECT_EQ(again.header("idempotent-replayed"), "true");
    EXPECT_EQ(id_in(again), found->second);
  }
  EXPECT_EQ(dispatches(), kTogether + 1);
}

TEST_F(Interruption, CutOffBetweenACommitOfManyAndItsAnswersKeysFindThemAndOthersAreToldSo) {
  std::optional<AnswersToCommitsHeld> held;
  std::vector<std::thread> clients;
  std::vector<HttpAnswer> answers;
  const auto api = commit_together(held, clients, answers);
  to_postgres_.cut();
  // What finds them waits for the standby as they do: it answers for their commit.
  EXPECT_TRUE(eventually([&] { return held->waiting() > 1; }));
  held->end();
  for (std::thread& client : clients) client.join();
  const auto committed = committed_together();
  EXPECT_GT(committed.size(), kTogether / 2);
  for (int number = 0; number < kTogether; ++number) {
    const HttpAnswer& answer = answers.at(static_cast<std::size_t>(number));
    const auto found = committed.find("c" + std::to_string(number));
    if (found == committed.end()) continue;
    if (has_key(number)) {
      EXPECT_EQ(answer.status, kAccepted) << answer.body;
      EXPECT_EQ(id_in(answer), found->second);
    } else {
      EXPECT_EQ(answer.status, kUnavailable) << answer.body;
      EXPECT_NE(answer.body.find(R"("outcome":"unknown")"), std::string::npos) << answer.body;
    }
  }
  EXPECT_EQ(dispatches(), kTogether + 1);
}

TEST_F(Interruption, ARestartOfPostgresqlLosesNothingThatWasAccepted) {
  const auto api = start();
  HttpClient client(api->http_port(), caller());
  EXPECT_EQ(place(client, "before").status, kAccepted);
  e2e::control(e2e::Server::kPostgres, "stop");
  const HttpAnswer away = place(client, "meanwhile");
  EXPECT_EQ(away.status, kUnavailable) << away.body;
  EXPECT_EQ(away.header("content-type"), "application/problem+json");
  EXPECT_NE(away.header("retry-after"), "");
  EXPECT_TRUE(eventually([&] { return client.get("/health/readiness").status == kUnavailable; }));
  EXPECT_EQ(client.get("/health/liveness").status, 200);
  e2e::control(e2e::Server::kPostgres, "start");
  EXPECT_TRUE(eventually([&] { return place(client, "meanwhile").status == kAccepted; }));
  EXPECT_EQ(dispatches(), 2);
}

}  // namespace
}  // namespace command_center::api_tests
