// Instants are written as RFC 3339 in UTC.
#include "extension/core/time/rfc3339.hpp"

#include <gtest/gtest.h>

namespace command_center::time {
namespace {

TEST(Rfc3339, WritesMicroseconds) {
  EXPECT_EQ(to_rfc3339(1'766'131'200'000'001), "2025-12-19T08:00:00.000001Z");
  EXPECT_EQ(to_rfc3339(0), "1970-01-01T00:00:00.000000Z");
}

TEST(Rfc3339, KnowsLeapDays) {
  EXPECT_EQ(to_rfc3339(951'782'400'000'000), "2000-02-29T00:00:00.000000Z");
  EXPECT_EQ(to_rfc3339(4'107'542'400'000'000), "2100-03-01T00:00:00.000000Z");
  EXPECT_EQ(to_rfc3339(4'107'542'399'999'999), "2100-02-28T23:59:59.999999Z");
}

TEST(Rfc3339, WritesInstantsBefore1970) {
  EXPECT_EQ(to_rfc3339(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(to_rfc3339(-62'135'596'800'000'000), "0001-01-01T00:00:00.000000Z");
}

}  // namespace
}  // namespace command_center::time
