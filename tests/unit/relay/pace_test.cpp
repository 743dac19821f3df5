// How often batches start, and how large they are, by the clock of the test.
#include "relay/publisher/pace.hpp"

#include <gtest/gtest.h>

namespace command_center::relay::publisher {
namespace {

using std::chrono::milliseconds;

constexpr int kMost = 10'000;

class PaceOfBatches : public testing::Test {
 protected:
  // A batch that starts now and takes this long.
  void publish(milliseconds time, bool is_full) {
    const auto started = now_;
    now_ += time;
    pace_.note_batch(started, now_, is_full);
  }

  Pace pace_{kMost};
  Pace::Clock::time_point now_ = Pace::Clock::time_point(std::chrono::hours(1));
};

TEST_F(PaceOfBatches, FirstOneStartsAtOnce) {
  EXPECT_EQ(pace_.pause(now_), milliseconds(0));
}

TEST_F(PaceOfBatches, NextOneStartsSixMillisecondsAfterTheLast) {
  publish(milliseconds(2), false);
  EXPECT_EQ(pace_.pause(now_), milliseconds(4));
  EXPECT_EQ(pace_.pause(now_ + milliseconds(4)), milliseconds(0));
}

TEST_F(PaceOfBatches, SlowOneIsFollowedAtOnce) {
  publish(milliseconds(9), false);
  EXPECT_EQ(pace_.pause(now_), milliseconds(0));
}

TEST_F(PaceOfBatches, BacklogDoesNotWait) {
  publish(milliseconds(2), true);
  EXPECT_EQ(pace_.pause(now_), milliseconds(0));
}

TEST_F(PaceOfBatches, BatchesShrinkWhileTheyTakeLongAndGrowAgain) {
  publish(milliseconds(3000), true);
  EXPECT_EQ(pace_.messages(), kMost / 2);
  publish(milliseconds(1000), true);
  EXPECT_EQ(pace_.messages(), kMost / 2);
  publish(milliseconds(400), true);
  EXPECT_EQ(pace_.messages(), kMost);
  publish(milliseconds(400), true);
  EXPECT_EQ(pace_.messages(), kMost);
}

TEST_F(PaceOfBatches, SmallBatchesThatAreFastSayNothingOfLargeOnes) {
  publish(milliseconds(3000), true);
  publish(milliseconds(5), false);
  EXPECT_EQ(pace_.messages(), kMost / 2);
}

TEST_F(PaceOfBatches, BatchesDoNotShrinkToNothing) {
  for (int i = 0; i < 50; ++i) publish(milliseconds(60'000), true);
  EXPECT_EQ(pace_.messages(), 100);
  Pace small(3);
  for (int i = 0; i < 50; ++i) small.note_batch(now_, now_ + std::chrono::minutes(1), true);
  EXPECT_EQ(small.messages(), 3);
}

}  // namespace
}  // namespace command_center::relay::publisher
