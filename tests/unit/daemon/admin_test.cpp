// Promises of the admin port: what it answers, and to whom whatever others do.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/admin/answers.hpp"
#include "daemon/admin/server.hpp"
#include "daemon/failure.hpp"

namespace command_center::daemon::admin {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Http, FindsMethodPathAndParameters) {
  const auto request = parse_request("GET /readyz?a=1&role=publisher HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "GET");
  EXPECT_EQ(request->path, "/readyz");
  EXPECT_EQ(request->parameter("role"), "publisher");
  EXPECT_EQ(request->parameter("rol"), std::nullopt);
  for (const char* none : {"", "GET", "GET /", "GET / HTTP/2", " HTTP/1.1", "\r\n"})
    EXPECT_FALSE(parse_request(none)) << none;
}

TEST(Http, HeadHasNoBody) {
  const std::string text = render({200, "body"}, "HEAD");
  EXPECT_NE(text.find("Content-Length: 4\r\n"), std::string::npos);
  EXPECT_EQ(text.substr(text.size() - 4), "\r\n\r\n");
}

// A role's health with a roster and metrics around it.
class Answers : public testing::Test {
 protected:
  Answers() { roster_.add("publisher", health_); }
  Response get(const std::string& target) {
    const std::string text = "GET " + target + " HTTP/1.1\r\n\r\n";
    return answer(*parse_request(text), roster_, metrics_);
  }

  runtime::StopSignal stop_{seconds(5)};
  runtime::Waiter waiter_{stop_, seconds(5)};
  Health health_{waiter_, seconds(0)};
  Roster roster_;
  Metrics metrics_;
};

TEST_F(Answers, LeaderWithoutProgressIsNotReady) {
  health_.set(State::kLeading);
  while (health_.state() != State::kStalled) waiter_.wait(milliseconds(1));
  EXPECT_EQ(get("/readyz").status, 503);
  EXPECT_EQ(get("/readyz").body, "stalled\n");
  EXPECT_NE(get("/metrics").body.find("command_center_role_ready{role=\"publisher\"} 0"), std::string::npos);
}

TEST_F(Answers, OneThatStandsByNeedsNoProgress) {
  health_.set(State::kStandby);
  waiter_.wait(milliseconds(2));
  EXPECT_EQ(get("/readyz").status, 200);
  EXPECT_EQ(get("/readyz?role=publisher").body, "standby\n");
  EXPECT_EQ(get("/readyz?role=nobody").status, 404);
}

TEST_F(Answers, DrainingIsNotLeading) {
  health_.set(State::kLeading);
  stop_.ask();
  EXPECT_EQ(get("/readyz").body, "draining\n");
  EXPECT_EQ(get("/readyz").status, 503);
}

TEST_F(Answers, RoleWhoseThreadIsStuckIsNotAlive) {
  EXPECT_EQ(get("/livez").status, 200);
  const Health silent(waiter_, seconds(30), seconds(0));
  roster_.add("consumer", silent);
  EXPECT_EQ(get("/livez").status, 503);
}

TEST_F(Answers, RoleOfWhichAnotherThreadIsStuckIsNotAlive) {
  bool others_are_alive = true;
  health_.set_others([&] { return others_are_alive; });
  EXPECT_EQ(get("/livez").status, 200);
  others_are_alive = false;
  EXPECT_EQ(get("/livez").status, 503);
}

TEST_F(Answers, MetricsHaveTheTypeThatPrometheusWants) {
  const std::string text = render(get("/metrics"), "GET");
  EXPECT_NE(text.find("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"), std::string::npos);
}

// A client of the server, on the loopback address of one family.
class Client {
 public:
  Client(
      int family, std::uint16_t port, const std::function<void()>& before_connecting = [] {})
      : fd_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{10, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    six.sin6_addr = in6addr_loopback;
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    before_connecting();
    connected_ = (family == AF_INET6 ? connect(fd_, reinterpret_cast<sockaddr*>(&six), sizeof(six))
                                     : connect(fd_, reinterpret_cast<sockaddr*>(&four), sizeof(four))) == 0;
  }
  ~Client() {
    if (fd_ >= 0) close(fd_);
  }
  Client(Client&& other) noexcept : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_) {}
  Client& operator=(Client&&) = delete;

  [[nodiscard]] std::string ask(const std::string& text) const {
    if (!connected_ || send(fd_, text.data(), text.size(), MSG_NOSIGNAL) < 0) return {};
    std::string answer;
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; (got = recv(fd_, buffer.data(), buffer.size(), 0)) > 0;)
      answer.append(buffer.data(), static_cast<std::size_t>(got));
    return answer;
  }

 private:
  int fd_;
  bool connected_ = false;
};

Response echo(const Request& request) {
  return {200, std::string(request.path)};
}

constexpr const char* kRequest = "GET /x HTTP/1.1\r\n\r\n";

TEST(Server, AnswersOnBothFamilies) {
  const Server four("127.0.0.1", 0, echo);
  EXPECT_NE(Client(AF_INET, four.port()).ask(kRequest).find("\r\n\r\n/x"), std::string::npos);
  const Server six("::1", 0, echo);
  EXPECT_NE(Client(AF_INET6, six.port()).ask(kRequest).find("\r\n\r\n/x"), std::string::npos);
}

TEST(Server, IdleConnectionsDoNotBlockIt) {
  const Server server("127.0.0.1", 0, echo);
  std::vector<Client> idle;
  for (int i = 0; i < 300; ++i) idle.emplace_back(AF_INET, server.port());
  EXPECT_NE(Client(AF_INET, server.port()).ask(kRequest).find("200 OK"), std::string::npos);
}

TEST(Server, HasRoomForTheNextOneWithoutADescriptorLeft) {
  const Server server("127.0.0.1", 0, echo);
  std::vector<Client> idle;
  for (int i = 0; i < 20; ++i) idle.emplace_back(AF_INET, server.port());
  EXPECT_NE(Client(AF_INET, server.port()).ask(kRequest).find("200 OK"), std::string::npos);
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{256, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &few);
  std::vector<int> taken;
  const Client next(AF_INET, server.port(), [&] {
    for (int fd = 0; (fd = dup(STDERR_FILENO)) >= 0;) taken.push_back(fd);
  });
  EXPECT_NE(next.ask(kRequest).find("200 OK"), std::string::npos);
  for (const int fd : taken) close(fd);
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST(Server, WhatIsNoRequestIsRefused) {
  const Server server("127.0.0.1", 0, echo);
  EXPECT_NE(Client(AF_INET, server.port()).ask("nonsense\r\n\r\n").find(" 400 "), std::string::npos);
  EXPECT_NE(Client(AF_INET, server.port()).ask(std::string(9000, 'x')).find(" 431 "), std::string::npos);
}

TEST(Server, AddressThatCannotBeUsedIsRefused) {
  EXPECT_THROW(Server("192.0.2.1", 0, echo), Failure);
  EXPECT_THROW(Server("no such address", 0, echo), Failure);
}

}  // namespace
}  // namespace command_center::daemon::admin
