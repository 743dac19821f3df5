// What a client can rely on when the daemon or the database goes away in the middle: an answer or a broken
// connection, and with its key one effect.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/api/support/api_process.hpp"
#include "tests/api/support/http_client.hpp"
#include "tests/e2e/support/servers.hpp"

namespace command_center::api_tests {
namespace {

constexpr int kAccepted = 202;
constexpr int kUnavailable = 503;

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

  const Database database_;
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
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] { return place(client, "meanwhile").status == kAccepted; }));
  // Promised are five seconds; a busy machine may take longer to do anything at all.
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
  EXPECT_EQ(dispatches(), 2);
}

}  // namespace
}  // namespace command_center::api_tests
