// Each kind of bad weather, between a client and a server that sends everything back.
#include "tests/faults/proxy.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>

namespace command_center::faults {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kSoonMs = 5000;
constexpr int kNotComingMs = 150;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// Sends back what it gets, for each connection in turn, until nobody is there any more.
class Echo {
 public:
  Echo() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
    listen(listener_, 8);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~Echo() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;

  [[nodiscard]] int port() const { return port_; }

 private:
  void run() const {
    std::vector<std::thread> serving;
    for (int client = accept(listener_, nullptr, nullptr); client >= 0;
         client = accept(listener_, nullptr, nullptr)) {
      serving.emplace_back([client] {
        char byte = 0;
        while (recv(client, &byte, 1, 0) == 1 && send(client, &byte, 1, MSG_NOSIGNAL) == 1) {
        }
        close(client);
      });
    }
    for (std::thread& thread : serving) thread.join();
  }

  int listener_;
  int port_ = 0;
  std::thread thread_;
};

class Caller {
 public:
  explicit Caller(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const sockaddr_in address = loopback(port);
    connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Caller() { close(socket_); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  void say(const std::string& text) const { send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }
  [[nodiscard]] bool hears_something(int within_ms) const {
    pollfd file{socket_, POLLIN, 0};
    return poll(&file, 1, within_ms) == 1;
  }
  [[nodiscard]] std::string hear(std::size_t size) const {
    std::string text(size, '\0');
    std::size_t got = 0;
    while (got < size && hears_something(kSoonMs)) {
      const ssize_t more = recv(socket_, text.data() + got, size - got, 0);
      if (more <= 0) break;
      got += static_cast<std::size_t>(more);
    }
    text.resize(got);
    return text;
  }
  // The connection was reset.
  [[nodiscard]] bool is_cut() const {
    char byte = 0;
    return !connected_ || (hears_something(kSoonMs) && recv(socket_, &byte, 1, 0) <= 0);
  }

 private:
  int socket_;
  bool connected_ = false;
};

class ProxyTest : public testing::Test {
 protected:
  Echo echo_;
  Proxy proxy_{0, [this] { return echo_.port(); }};
};

TEST_F(ProxyTest, ClearWeatherChangesNothing) {
  const Caller one(proxy_.port());
  const Caller other(proxy_.port());
  one.say("one");
  other.say("other");
  EXPECT_EQ(other.hear(5), "other");
  EXPECT_EQ(one.hear(3), "one");
}

TEST_F(ProxyTest, ADelayComesOnTheWayThereAndOnTheWayBack) {
  proxy_.set({Weather::kDelay, 100});
  const Caller caller(proxy_.port());
  const auto began = Clock::now();
  caller.say("late");
  EXPECT_EQ(caller.hear(4), "late");
  EXPECT_GE(Clock::now() - began, std::chrono::milliseconds(200));
}

TEST_F(ProxyTest, AThrottleBoundsTheRate) {
  const Caller caller(proxy_.port());
  proxy_.set({Weather::kThrottle, 10'000});
  const auto began = Clock::now();
  caller.say(std::string(5'000, 'x'));
  EXPECT_EQ(caller.hear(5'000).size(), 5'000U);
  EXPECT_GE(Clock::now() - began, std::chrono::milliseconds(500));
}

TEST_F(ProxyTest, AfterAStallEverythingComes) {
  const Caller caller(proxy_.port());
  caller.say("a");
  ASSERT_EQ(caller.hear(1), "a");
  proxy_.set({Weather::kStall});
  caller.say("b");
  EXPECT_FALSE(caller.hears_something(kNotComingMs));
  proxy_.set({Weather::kClear});
  EXPECT_EQ(caller.hear(1), "b");
}

TEST_F(ProxyTest, AHalfOpenConnectionIsSilentAndThenCut) {
  const Caller before(proxy_.port());
  before.say("a");
  ASSERT_EQ(before.hear(1), "a");
  proxy_.set({Weather::kHalfOpen});
  const Caller during(proxy_.port());
  before.say("b");
  during.say("c");
  EXPECT_FALSE(before.hears_something(kNotComingMs));
  EXPECT_FALSE(during.hears_something(kNotComingMs));
  proxy_.set({Weather::kClear});
  EXPECT_TRUE(before.is_cut());
  EXPECT_TRUE(during.is_cut());
}

TEST_F(ProxyTest, ACutEndsWhatThereIsAndRefusesWhatComes) {
  const Caller before(proxy_.port());
  before.say("a");
  ASSERT_EQ(before.hear(1), "a");
  proxy_.set({Weather::kCut});
  EXPECT_TRUE(before.is_cut());
  EXPECT_TRUE(Caller(proxy_.port()).is_cut());
  proxy_.set({Weather::kClear});
  const Caller after(proxy_.port());
  after.say("b");
  EXPECT_EQ(after.hear(1), "b");
}

TEST_F(ProxyTest, AnEndIsPassedOn) {
  const Caller caller(proxy_.port());
  caller.say("a");
  ASSERT_EQ(caller.hear(1), "a");
  proxy_.cut();
  EXPECT_TRUE(caller.is_cut());
}

}  // namespace
}  // namespace command_center::faults
