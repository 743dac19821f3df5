// The HTTP door of the daemon itself, whatever its routes say: real clients, thousands of silent ones beside
// them, and the end.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/api/support/api_process.hpp"
#include "tests/api/support/http_client.hpp"
#include "tests/support/loopback.hpp"

namespace command_center::api_tests {
namespace {

// Connections that are opened and left alone.
class Silent {
 public:
  Silent(int port, int count) {
    for (int each = 0; each < count; ++each) {
      loopback::Descriptor socket = loopback::open_socket();
      if (socket.get() < 0) break;
      const bool is_connected = loopback::connect_to(port, socket);
      sockets_.push_back(std::move(socket));
      if (!is_connected) break;
      ++connected_;
    }
  }
  Silent(const Silent&) = delete;
  Silent& operator=(const Silent&) = delete;

  [[nodiscard]] int connected() const { return connected_; }
  // How many have got a byte.
  [[nodiscard]] int heard() const {
    return static_cast<int>(
        std::count_if(sockets_.begin(), sockets_.end(), [](const loopback::Descriptor& socket) {
          char byte = 0;
          return recv(socket.get(), &byte, 1, MSG_DONTWAIT) > 0;
        }));
  }
  void say(const std::string& bytes) const {
    for (const auto& socket : sockets_)
      send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }

 private:
  std::vector<loopback::Descriptor> sockets_;
  int connected_ = 0;
};

// As many files as this process may open.
int raise_limit() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  constexpr rlim_t kMany = 1'000'000;
  return static_cast<int>(std::min(files.rlim_max, kMany));
}

class Transport : public testing::Test {
 protected:
  static void SetUpTestSuite() { database_ = std::make_unique<Database>(); }
  static void TearDownTestSuite() { database_.reset(); }

  [[nodiscard]] static ApiOptions options(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--auth", "none"});
    return {std::move(more), {}, 0};
  }

  static std::unique_ptr<Database> database_;
};
std::unique_ptr<Database> Transport::database_;

TEST_F(Transport, APathThatIsNotThereIsA404ProblemAndTheConnectionStays) {
  const ApiProcess api(*database_, options());
  HttpClient client(api.http_port());
  for (const long opened : {1L, 0L, 0L}) {
    const HttpAnswer answer = client.get("/nowhere");
    EXPECT_EQ(answer.status, 404) << answer.error;
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
    EXPECT_NE(answer.body.find("\"status\":404"), std::string::npos) << answer.body;
    EXPECT_EQ(client.connections_opened(), opened);
  }
}

TEST_F(Transport, WhatIsNoRequestIsAProblem) {
  const ApiProcess api(*database_, options());
  HttpClient client(api.http_port());
  const HttpAnswer escape = client.get("/v1/commands/%zz");
  EXPECT_EQ(escape.status, 400);
  EXPECT_EQ(escape.header("content-type"), "application/problem+json");
  const HttpAnswer large = client.post("/v1/commands/x/execute", std::string(1'048'577, ' '));
  EXPECT_EQ(large.status, 413) << large.error;
  EXPECT_EQ(large.header("content-type"), "application/problem+json");
  const HttpAnswer twice = client.get("/", {"x-tenant-id: a", "X-Tenant-Id: b"});
  EXPECT_EQ(twice.status, 400);
}

TEST_F(Transport, AMethodThatIsNotThereIsToldWhichAre) {
  const ApiProcess api(*database_, options());
  HttpClient client(api.http_port());
  for (const char* method : {"TRACE", "POST", "BREW"}) {
    const HttpAnswer answer = client.send(method, "/livez");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_NE(answer.header("allow").find("GET"), std::string::npos) << method;
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  }
  const HttpAnswer head = client.send("HEAD", "/livez");
  EXPECT_EQ(head.status, 200);
  EXPECT_NE(head.header("content-length"), "0");
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(client.get("/livez").status, 200);
}

TEST_F(Transport, TenThousandIdleConnectionsHoldUpNobody) {
  const ApiProcess api(*database_, options());
  HttpClient client(api.http_port());
  ASSERT_EQ(client.get("/nowhere").status, 404);
  const int before = api.resident_kilobytes();
  constexpr int kSpare = 500;
  const Silent silent(api.http_port(), std::min(10'000, raise_limit() - kSpare));
  EXPECT_GT(silent.connected(), 100);
  for (int each = 0; each < 200; ++each) ASSERT_EQ(client.get("/nowhere").status, 404);
  EXPECT_EQ(HttpClient(api.http_port()).get("/nowhere").status, 404);
  EXPECT_EQ(silent.heard(), 0);
  // 1,000 connections may cost 100 MB.
  EXPECT_LT(api.resident_kilobytes() - before, 100 * silent.connected());
}

TEST_F(Transport, SlowHeadsHoldUpNobody) {
  const ApiProcess api(*database_, options({"--head-seconds", "1"}));
  const Silent slow(api.http_port(), 500);
  slow.say("POST /v1/commands/x/execute HTTP/1.1\r\nHost: a\r\nX-");
  HttpClient client(api.http_port());
  for (int each = 0; each < 200; ++each) ASSERT_EQ(client.get("/nowhere").status, 404);
  EXPECT_TRUE(eventually([&] { return api.open_files() < 100; }));
}

TEST_F(Transport, FewDescriptorsAreEnoughWhateverIsLeftOpen) {
  ApiOptions few = options();
  few.most_files = 256;
  const ApiProcess api(*database_, few);
  const Silent silent(api.http_port(), 1000);
  HttpClient client(api.http_port());
  EXPECT_EQ(client.get("/nowhere").status, 404);
  EXPECT_LT(api.open_files(), 256);
}

// One process has one table of descriptors.
TEST_F(Transport, ConnectionsToGrpcTakeNoDescriptorThatHttpNeeds) {
  ApiOptions few = options();
  few.most_files = 256;
  const ApiProcess api(*database_, few);
  const Silent silent(api.grpc_port(), 1000);
  for (int each = 0; each < 20; ++each) {
    EXPECT_EQ(HttpClient(api.http_port()).get("/nowhere").status, 404);
    EXPECT_EQ(HttpClient(api.admin_port()).get("/livez").status, 200);
  }
  EXPECT_LT(api.open_files(), 256);
}

TEST_F(Transport, ATermEndsAnIdleDaemonAtOnce) {
  ApiProcess api(*database_, options());
  HttpClient client(api.http_port());
  ASSERT_EQ(client.get("/nowhere").status, 404);
  api.send(SIGTERM);
  EXPECT_EQ(api.exit_status(), 0) << api.log();
}

TEST_F(Transport, AHangupOpensTheLogAnewAndEndsNothing) {
  const ApiProcess api(*database_, options());
  HttpClient client(api.http_port());
  for (int each = 0; each < 20; ++each) {
    api.send(SIGHUP);
    ASSERT_EQ(client.get("/nowhere").status, 404);
  }
}

}  // namespace
}  // namespace command_center::api_tests
