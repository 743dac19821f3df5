// Promises of the pauses between attempts.
#include "daemon/runtime/backoff.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

namespace command_center::daemon::runtime {
namespace {

using std::chrono::milliseconds;

// A random source that always answers the same number.
struct Constant {
  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  result_type operator()() const { return answer; }
  result_type answer;
};

TEST(Backoff, DoublesUpToTheMostAndStaysThere) {
  Backoff<Constant> longest(milliseconds(200), milliseconds(1000), Constant{Constant::max()});
  EXPECT_EQ(longest.next(), milliseconds(200));
  EXPECT_EQ(longest.next(), milliseconds(400));
  EXPECT_EQ(longest.next(), milliseconds(800));
  EXPECT_EQ(longest.next(), milliseconds(1000));
  EXPECT_EQ(longest.next(), milliseconds(1000));
}

TEST(Backoff, JitterNeverTakesMoreThanHalfAway) {
  // Not 0: a uniform distribution may reject that one, and would draw it again for ever.
  Backoff<Constant> shortest(milliseconds(200), milliseconds(1000), Constant{1});
  EXPECT_EQ(shortest.next(), milliseconds(100));
  EXPECT_EQ(shortest.next(), milliseconds(200));
}

TEST(Backoff, TwoRelaysDoNotComeBackTogether) {
  Backoff<std::mt19937_64> one(milliseconds(5000), milliseconds(5000), std::mt19937_64(1));
  Backoff<std::mt19937_64> other(milliseconds(5000), milliseconds(5000), std::mt19937_64(2));
  EXPECT_NE(one.next(), other.next());
}

TEST(Backoff, StartsAgainShortAfterSuccess) {
  Backoff<Constant> backoff(milliseconds(200), milliseconds(1000), Constant{Constant::max()});
  EXPECT_EQ(backoff.next(), milliseconds(200));
  EXPECT_EQ(backoff.next(), milliseconds(400));
  backoff.reset();
  EXPECT_EQ(backoff.next(), milliseconds(200));
}

}  // namespace
}  // namespace command_center::daemon::runtime
