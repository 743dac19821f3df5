// Promises of reading back what Kafka has.
#include "relay/kafka/read_back.hpp"

#include <gtest/gtest.h>

namespace command_center::relay::kafka {
namespace {

constexpr std::int64_t kOpened = 1'700'000'000'000;
constexpr std::int64_t kHour = std::int64_t{3600} * 1000;

TEST(ReadBack, BeginsBeforeTheBatchWasOpened) {
  EXPECT_EQ(start_of_read_back(kOpened, kOpened + 50, kOpened + 60), kOpened - kClockToleranceMs);
}

TEST(ReadBack, BeginsEarlierWhereKafkasClockIsBehindTheDatabases) {
  EXPECT_EQ(start_of_read_back(kOpened, kOpened + 50, kOpened + 50 - kHour),
            kOpened - kHour - kClockToleranceMs);
}

// That it was written late says nothing: the batch may have waited for Kafka.
TEST(ReadBack, BeginsNoLaterWhereKafkasClockSeemsAhead) {
  EXPECT_EQ(start_of_read_back(kOpened, kOpened, kOpened + kHour), kOpened - kClockToleranceMs);
}

TEST(ReadBack, WithoutTheTimesOfTheRecordTheToleranceIsAllThereIs) {
  EXPECT_EQ(start_of_read_back(kOpened, 0, kOpened + kHour), kOpened - kClockToleranceMs);
  EXPECT_EQ(start_of_read_back(kOpened, kOpened, 0), kOpened - kClockToleranceMs);
}

// The database's clock was an hour ahead when the last batch that it knows was opened, and right for the
// record.
TEST(ReadBack, ReadsEverythingWhereTimesContradictEachOther) {
  EXPECT_EQ(start_of_read_back(kOpened + kHour, kOpened + 50, kOpened + 60), 0);
}

TEST(ReadBack, BeginsAtTheBeginningOfTimeAtTheEarliest) {
  EXPECT_EQ(start_of_read_back(5, 0, 0), 0);
}

}  // namespace
}  // namespace command_center::relay::kafka
