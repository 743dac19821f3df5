#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "extension/core/inventory/stay.hpp"

namespace command_center::inventory {
namespace {

constexpr std::int64_t kDay = 86'400;

// A zone that is ahead by `before`, and from an instant on by `after`.
struct Shift {
  std::int64_t at;
  std::int32_t before;
  std::int32_t after;
};

std::int32_t offset_of(const void* rules, std::int64_t unix_seconds) noexcept {
  const auto* shift = static_cast<const Shift*>(rules);
  return unix_seconds < shift->at ? shift->before : shift->after;
}

Day day(int year, int month, int day_of_month) {
  return day_of(year, month, day_of_month).value();
}

Moment parsed(const char* text) {
  return parse_moment(text).value();
}

TEST(StayOfNights, EveryDayOfTheCalendarFollowsTheOneBefore) {
  Day expected = kFirstDay;
  for (int year = 1; year <= 9999; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int number = 1; number <= 31; ++number) {
        const auto found = day_of(year, month, number);
        if (!found) continue;
        ASSERT_EQ(*found, expected) << year << '-' << month << '-' << number;
        ++expected;
      }
    }
  }
  EXPECT_EQ(expected, kLastDay + 1);
}

TEST(StayOfNights, TheDepartureDayIsFree) {
  EXPECT_FALSE(overlap({10, 12}, {12, 14}));
  EXPECT_FALSE(overlap({12, 14}, {10, 12}));
  EXPECT_TRUE(overlap({10, 13}, {12, 14}));
  EXPECT_TRUE(overlap({10, 20}, {12, 14}));
  EXPECT_TRUE(has_night({10, 12}, 11));
  EXPECT_FALSE(has_night({10, 12}, 12));
}

TEST(StayOfNights, OverlapIsHavingANightInCommon) {
  for (Day a = 0; a < 5; ++a) {
    for (Day b = a + 1; b < 6; ++b) {
      for (Day c = 0; c < 5; ++c) {
        for (Day d = c + 1; d < 6; ++d) {
          bool common = false;
          for (Day night = 0; night < 6; ++night)
            common |= has_night({a, b}, night) && has_night({c, d}, night);
          EXPECT_EQ(overlap({a, b}, {c, d}), common);
        }
      }
    }
  }
}

TEST(StayOfNights, AStayWithoutANightIsNone) {
  EXPECT_EQ(fault_of({10, 10}), StayFault::kNoNight);
  EXPECT_EQ(fault_of({11, 10}), StayFault::kNoNight);
  EXPECT_EQ(fault_of({10, 11}), StayFault::kNone);
  EXPECT_EQ(fault_of({0, kMostNights}), StayFault::kNone);
  EXPECT_EQ(fault_of({0, kMostNights + 1}), StayFault::kTooLong);
  EXPECT_EQ(fault_of({kFirstDay - 1, kFirstDay + 1}), StayFault::kOutOfRange);
  EXPECT_EQ(fault_of({kLastDay, kLastDay + 1}), StayFault::kOutOfRange);
}

TEST(MomentOfAStay, ADateIsTakenAsItIs) {
  EXPECT_EQ(parsed("2027-03-01").kind, Moment::Kind::kDay);
  EXPECT_EQ(parsed("2027-03-01").day, day(2027, 3, 1));
  EXPECT_EQ(parsed("2028-02-29").day, day(2028, 2, 29));
  EXPECT_FALSE(parse_moment("2027-02-29"));
  EXPECT_FALSE(parse_moment("2100-02-29"));
  EXPECT_TRUE(parse_moment("2000-02-29"));
}

TEST(MomentOfAStay, ATimeWithoutAnOffsetIsTheHotelsOwn) {
  EXPECT_EQ(parsed("2027-03-01T23:30").kind, Moment::Kind::kDay);
  EXPECT_EQ(parsed("2027-03-01 00:00:00.000").day, day(2027, 3, 1));
}

TEST(MomentOfAStay, AnOffsetMakesAnInstant) {
  const std::int64_t midnight = day(2027, 3, 1) * kDay;
  EXPECT_EQ(parsed("2027-03-01T00:00:00Z").unix_seconds, midnight);
  EXPECT_EQ(parsed("2027-03-01T00:00:00.999z").unix_seconds, midnight);
  EXPECT_EQ(parsed("2027-03-01T02:00+02:00").unix_seconds, midnight);
  EXPECT_EQ(parsed("2027-03-01T02:00+02").unix_seconds, midnight);
  EXPECT_EQ(parsed("2027-02-28T19:00-0500").unix_seconds, midnight);
  EXPECT_EQ(parsed("2027-02-28T23:59:60Z").unix_seconds, midnight - 1);
  EXPECT_EQ(parsed("2027-03-01T00:00Z").kind, Moment::Kind::kInstant);
}

TEST(MomentOfAStay, WhatIsNotOfThatFormIsNone) {
  for (const char* text : {"",
                           "2027",
                           "2027-3-1",
                           "27-03-01",
                           "2027-03-01T",
                           "2027-03-01T1",
                           "2027-03-01T24:00",
                           "2027-03-01T12:60",
                           "2027-03-01T12:00:61",
                           "2027-03-01T12:00:00.",
                           "2027-03-01T12:00X",
                           "2027-03-01T12:00+",
                           "2027-03-01T12:00+2",
                           "2027-03-01T12:00+16",
                           "2027-03-01T12:00+02:60",
                           "2027-03-01T12:00Zx",
                           "2027-03-01Z",
                           " 2027-03-01",
                           "2027-03-01 ",
                           "0000-01-01",
                           "2027-13-01",
                           "2027-00-01",
                           "2027-01-00",
                           "infinity",
                           "now",
                           "2027-03-01T12:00:00.0000000001Z"}) {
    EXPECT_FALSE(parse_moment(text)) << text;
  }
}

TEST(MomentOfAStay, NoBytesMakeTheReaderLeaveItsText) {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp)
  const std::string alphabet = "0123456789-:TZ+. tz";
  for (int round = 0; round < 200'000; ++round) {
    std::string text = "2027-03-01T12:00:00.5+02:00";
    text.resize(random() % (text.size() + 1));
    for (int change = 0; change < 2 && !text.empty(); ++change)
      text[random() % text.size()] = alphabet[random() % alphabet.size()];
    const auto moment = parse_moment(text);
    if (moment && moment->kind == Moment::Kind::kDay) {
      EXPECT_GE(moment->day, kFirstDay);
      EXPECT_LE(moment->day, kLastDay);
    }
  }
}

TEST(DayInAZone, MidnightInUtcIsTheDayBeforeInNewYork) {
  const Shift new_york = {0, -5 * 3600, -5 * 3600};
  const std::int64_t midnight = day(2027, 3, 1) * kDay;
  EXPECT_EQ(day_in_zone(midnight, {&new_york, offset_of}), day(2027, 2, 28));
  EXPECT_EQ(day_in_zone(midnight + 5 * 3600, {&new_york, offset_of}), day(2027, 3, 1));
}

TEST(DayInAZone, InstantsBefore1970RoundTowardsThePast) {
  const Shift utc = {0, 0, 0};
  EXPECT_EQ(day_in_zone(-1, {&utc, offset_of}), -1);
  EXPECT_EQ(day_in_zone(-kDay, {&utc, offset_of}), -1);
  EXPECT_EQ(day_in_zone(-kDay - 1, {&utc, offset_of}), -2);
}

TEST(DayInAZone, ADayThatAZoneLeavesOutIsNoLostNight) {
  // Samoa went from 10 hours behind to 14 ahead at the end of 2011-12-29.
  const std::int64_t at = day(2011, 12, 30) * kDay + 10 * 3600;
  const Shift apia = {at, -10 * 3600, 14 * 3600};
  const Zone zone = {&apia, offset_of};
  EXPECT_EQ(day_in_zone(at - 1, zone), day(2011, 12, 29));
  EXPECT_EQ(day_in_zone(at, zone), day(2011, 12, 31));
}

TEST(DayInAZone, ATransitionNeverTurnsDaysBackButByItsOwnLength) {
  std::mt19937_64 random(11);  // NOLINT(cert-msc32-c,cert-msc51-cpp)
  for (int round = 0; round < 20'000; ++round) {
    const std::int64_t at = static_cast<std::int64_t>(random() % (80 * 366 * kDay));
    const auto offset = [&] { return static_cast<std::int32_t>(random() % (27 * 3600)) - 12 * 3600; };
    const Shift shift = {at, offset(), offset()};
    const Zone zone = {&shift, offset_of};
    for (std::int64_t instant = at - 2 * kDay; instant < at + 2 * kDay; instant += 1800) {
      const Day found = day_in_zone(instant, zone);
      const std::int64_t local = instant + offset_of(&shift, instant);
      ASSERT_LE(found * kDay, local);
      ASSERT_GT((found + 1) * kDay, local);
    }
  }
}

TEST(DayInAZone, InstantsBeyondTheCalendarAreOutOfRange) {
  const Shift utc = {0, 0, 0};
  const Zone zone = {&utc, offset_of};
  EXPECT_EQ(day_in_zone(std::int64_t{400'000} * 366 * kDay, zone), kLastDay + 1);
  EXPECT_EQ(day_in_zone(std::int64_t{-10'000} * 366 * kDay, zone), kFirstDay - 1);
}

}  // namespace
}  // namespace command_center::inventory
