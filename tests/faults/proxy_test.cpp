// Each kind of bad weather, between a client and a server that sends everything back.
#include "tests/faults/proxy.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <string>

namespace command_center::faults {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kSoonMs = 5000;
constexpr int kNotComingMs = 150;

// Sends back what it gets, for each connection in turn, until nobody is there any more.
class Echo {
 public:
  ~Echo() {
    listener_.stop();
    thread_.join();
  }

  [[nodiscard]] int port() const { return listener_.port(); }

 private:
  void run() const {
    std::vector<std::thread> serving;
    for (int client = listener_.accept_one().release(); client >= 0;
         client = listener_.accept_one().release()) {
      serving.emplace_back([own = loopback::Descriptor(client)] {
        char byte = 0;
        while (recv(own.get(), &byte, 1, 0) == 1 && send(own.get(), &byte, 1, MSG_NOSIGNAL) == 1) {
        }
      });
    }
    for (std::thread& thread : serving) thread.join();
  }

  const loopback::Listener listener_;
  std::thread thread_{[this] { run(); }};
};

class Caller {
 public:
  explicit Caller(int port) : connected_(loopback::connect_to(port, socket_)) {}

  void say(const std::string& text) const { send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL); }
  [[nodiscard]] bool hears_something(int within_ms) const {
    pollfd file{socket_.get(), POLLIN, 0};
    return poll(&file, 1, within_ms) == 1;
  }
  [[nodiscard]] std::string hear(std::size_t size) const {
    std::string text(size, '\0');
    std::size_t got = 0;
    while (got < size && hears_something(kSoonMs)) {
      const ssize_t more = recv(socket_.get(), text.data() + got, size - got, 0);
      if (more <= 0) break;
      got += static_cast<std::size_t>(more);
    }
    text.resize(got);
    return text;
  }
  // The connection was reset.
  [[nodiscard]] bool is_cut() const {
    char byte = 0;
    return !connected_ || (hears_something(kSoonMs) && recv(socket_.get(), &byte, 1, 0) <= 0);
  }

 private:
  const loopback::Descriptor socket_ = loopback::open_socket();
  const bool connected_;
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
