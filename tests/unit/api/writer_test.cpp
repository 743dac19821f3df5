// What answers that nobody reads may cost.
#include "api/http/writer.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>

namespace command_center::api::http {
namespace {

// Never has sent all.
class Stuck final : public Sender {
 public:
  Progress go_on(int /*socket*/, const std::string& /*text*/, std::size_t& /*sent*/) noexcept override {
    return Progress::kWaits;
  }
  void give_up(int /*socket*/) noexcept override { ++given_up_; }
  [[nodiscard]] int given_up() const { return given_up_; }

 private:
  std::atomic<int> given_up_{0};
};

// A text is memory until its last byte is gone: a client could read all but that of each.
TEST(Writer, AnAnswerCountsWholeUntilItIsSent) {
  constexpr std::size_t kSize = 100'000;
  const auto sender = std::make_shared<Stuck>();
  std::vector<admin::Descriptor> readers;
  {
    Writer writer(2 * kSize);
    const auto take = [&] {
      int pair[2] = {-1, -1};
      EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
      readers.emplace_back(pair[0]);
      const auto now = runtime::Clock::now();
      return writer.take({admin::Descriptor(pair[1]), std::string(kSize, 'x'), kSize - 1, sender,
                          now + std::chrono::hours(1)});
    };
    int taken = 0;
    while (taken < 100 && take()) ++taken;
    EXPECT_EQ(taken, 4);
  }
  EXPECT_EQ(sender->given_up(), 4);
}

}  // namespace
}  // namespace command_center::api::http
