// Ids are ordered by time and within it, whatever the clock does.
#include "extension/core/identifiers/uuid_v7.hpp"

#include <gtest/gtest.h>

#include <string>

namespace command_center::identifiers {
namespace {

constexpr std::int64_t kNow = 1'766'131'200'123'456;  // 2025-12-19T08:00:00.123456Z

TEST(UuidV7, CarriesVersionVariantAndMilliseconds) {
  UuidV7Generator generator;
  const std::string text = to_text(generator.next(kNow, ~std::uint64_t{0}));
  EXPECT_EQ(text.substr(0, 13), "019b359f-707b");  // 0x019b359f707b = 1766131200123
  EXPECT_EQ(text[14], '7');
  EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
}

TEST(UuidV7, GrowsWithinOneInstantWhateverTheRandomBits) {
  UuidV7Generator generator;
  Uuid previous = generator.next(kNow, ~std::uint64_t{0});
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    const Uuid next = generator.next(kNow, i % 2 == 0 ? 0 : ~std::uint64_t{0});
    ASSERT_TRUE(previous < next) << i;
    previous = next;
  }
}

TEST(UuidV7, GrowsWhenTheClockRunsBackwardsBySeconds) {
  UuidV7Generator generator;
  const Uuid before = generator.next(kNow, 5);
  const Uuid after = generator.next(kNow - 5'000'000, 0);
  EXPECT_TRUE(before < after);
  EXPECT_TRUE(after < generator.next(kNow - kMostLeadMilliseconds * 1000, 0));
}

TEST(UuidV7, ReturnsToAClockThatWasDaysAhead) {
  constexpr std::int64_t kDay = 86'400'000'000;
  UuidV7Generator generator;
  (void)generator.next(kNow + 40 * kDay, 0);
  const Uuid right_again = generator.next(kNow, 0);
  EXPECT_EQ(unix_milliseconds(right_again), kNow / 1000);
  EXPECT_TRUE(right_again < generator.next(kNow, 0));
}

TEST(UuidV7, NeverLeadsTheClockByMoreThanItMay) {
  UuidV7Generator generator;
  for (std::int64_t ahead = 0; ahead < 100'000; ahead += 100) {
    (void)generator.next(kNow + ahead * 1000, 0);
    const Uuid right_again = generator.next(kNow, ~std::uint64_t{0});
    ASSERT_LE(unix_milliseconds(right_again), kNow / 1000 + kMostLeadMilliseconds) << ahead;
  }
}

TEST(UuidV7, OrdersByMicrosecondsWithinAMillisecond) {
  UuidV7Generator first;
  UuidV7Generator second;
  EXPECT_TRUE(first.next(kNow, ~std::uint64_t{0}) < second.next(kNow + 1, 0));
}

TEST(UuidV7, LowerBoundIsBelowEveryIdOfItsMillisecondAndAboveEveryEarlierOne) {
  UuidV7Generator generator;
  const std::int64_t milliseconds = kNow / 1000;
  EXPECT_TRUE(lower_bound_at(milliseconds) < generator.next(milliseconds * 1000, 0));
  UuidV7Generator earlier;
  EXPECT_TRUE(earlier.next(milliseconds * 1000 - 1, ~std::uint64_t{0}) < lower_bound_at(milliseconds));
}

TEST(UuidV7, TextHasTheCanonicalForm) {
  Uuid uuid;
  for (std::size_t i = 0; i < 16; ++i) uuid.bytes[i] = static_cast<std::uint8_t>(i * 17);
  EXPECT_EQ(to_text(uuid), "00112233-4455-6677-8899-aabbccddeeff");
}

}  // namespace
}  // namespace command_center::identifiers
