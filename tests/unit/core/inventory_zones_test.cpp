// Every zone of this machine, around every change of its clock from 2000 to 2050, judged by the C library's
// calendar.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "extension/core/inventory/stay.hpp"

namespace command_center::inventory {
namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;

// The names of zone.tab: code, coordinates, name.
std::vector<std::string> zone_names() {
  std::ifstream list("/usr/share/zoneinfo/zone.tab");
  std::vector<std::string> names;
  for (std::string line; std::getline(list, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream columns(line);
    std::string code;
    std::string coordinates;
    std::string name;
    if (columns >> code >> coordinates >> name) names.push_back(name);
  }
  return names;
}

std::tm local_time(std::int64_t instant) {
  const auto time = static_cast<std::time_t>(instant);
  std::tm local = {};
  (void)localtime_r(&time, &local);
  return local;
}

std::int32_t offset_at(const void* /*rules*/, std::int64_t instant) noexcept {
  return static_cast<std::int32_t>(local_time(instant).tm_gmtoff);
}

// The first instant of the new offset.
std::int64_t transition_between(std::int64_t before, std::int64_t after) {
  const std::int32_t old_offset = offset_at(nullptr, before);
  while (after - before > 1) {
    const std::int64_t middle = before + (after - before) / 2;
    (offset_at(nullptr, middle) == old_offset ? before : after) = middle;
  }
  return after;
}

void expect_date_of_the_calendar(const std::string& name, std::int64_t instant) {
  const std::tm local = local_time(instant);
  const auto expected = day_of(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
  ASSERT_TRUE(expected);
  ASSERT_EQ(day_in_zone(instant, {nullptr, offset_at}), *expected) << name << " at " << instant;
}

// The transition itself, and both sides of the midnights around it.
void expect_dates_of_the_calendar(const std::string& name, std::int64_t transition) {
  for (const std::int64_t side : {transition - 1, transition}) {
    expect_date_of_the_calendar(name, side);
    for (std::int64_t day = -2; day <= 2; ++day) {
      const std::int64_t local = side + offset_at(nullptr, side) + day * kDay;
      const std::int64_t midnight = local - local % kDay - offset_at(nullptr, side);
      for (const std::int64_t instant : {midnight - 1, midnight, midnight + kHour}) {
        expect_date_of_the_calendar(name, instant);
      }
    }
  }
}

TEST(DayInAZone, IsThatOfTheCalendarAroundEveryTransitionOfEveryZone) {
  const std::vector<std::string> names = zone_names();
  if (names.empty()) GTEST_SKIP() << "no zones on this machine";
  const std::int64_t first = *day_of(2000, 1, 1) * kDay;
  const std::int64_t last = *day_of(2051, 1, 1) * kDay;
  int transitions = 0;
  for (const std::string& name : names) {
    ASSERT_EQ(setenv("TZ", name.c_str(), 1), 0);
    tzset();
    for (std::int64_t week = first; week < last; week += 7 * kDay) {
      if (offset_at(nullptr, week) == offset_at(nullptr, week + 7 * kDay)) continue;
      ++transitions;
      expect_dates_of_the_calendar(name, transition_between(week, week + 7 * kDay));
    }
  }
  ASSERT_EQ(unsetenv("TZ"), 0);
  tzset();
  EXPECT_GT(transitions, 1000);
}

}  // namespace
}  // namespace command_center::inventory
