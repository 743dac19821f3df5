#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "extension/core/inventory/capacity.hpp"

namespace command_center::inventory {
namespace {

TEST(HeldOfAType, IsCountedNightByNight) {
  std::mt19937 random(3);  // NOLINT(cert-msc32-c,cert-msc51-cpp)
  for (int round = 0; round < 5'000; ++round) {
    const Day arrival = static_cast<Day>(random() % 10);
    const Stay window = {arrival, arrival + 1 + static_cast<Day>(random() % 10)};
    std::vector<Stay> stays(random() % 8);
    for (Stay& stay : stays) {
      stay.arrival = static_cast<Day>(random() % 25) - 3;
      stay.departure = stay.arrival + 1 + static_cast<Day>(random() % 12);
    }
    std::vector<std::int32_t> held(static_cast<std::size_t>(window.departure - window.arrival));
    for (std::int32_t& number : held) number = static_cast<std::int32_t>(random() % 3);
    std::vector<std::int32_t> expected = held;
    for (Day night = window.arrival; night < window.departure; ++night) {
      for (const Stay& stay : stays) {
        if (has_night(stay, night)) ++expected[static_cast<std::size_t>(night - window.arrival)];
      }
    }
    count_held(window, stays.data(), static_cast<int>(stays.size()), held.data());
    ASSERT_EQ(held, expected);
  }
}

TEST(CapacityOfAType, TheFirstNightWithoutRoomIsTheWitness) {
  const NightLimit limits[] = {{10, 5, 0, 0}, {11, 4, 2, 1}, {12, 1, 0, 0}};
  const std::int32_t held[] = {4, 5, 1};
  EXPECT_EQ(first_full_night({10, 13}, {0, 0}, limits, 3, held), 1);
  const std::int32_t fewer[] = {4, 4, 1};
  EXPECT_EQ(first_full_night({10, 13}, {0, 0}, limits, 3, fewer), 2);
  const std::int32_t none[] = {0, 0, 0};
  EXPECT_EQ(first_full_night({10, 13}, {0, 0}, limits, 3, none), -1);
}

TEST(CapacityOfAType, NightsWithoutALimitAreUnlimited) {
  const NightLimit limits[] = {{12, 0, 0, 0}};
  const std::int32_t held[] = {1000, 1000};
  EXPECT_EQ(first_full_night({10, 12}, {0, 0}, limits, 1, held), -1);
}

TEST(CapacityOfAType, ALockKeepsTheNightsThatItHas) {
  const NightLimit limits[] = {{10, 0, 0, 0}, {11, 0, 0, 0}, {12, 0, 0, 0}};
  const std::int32_t held[] = {3, 3, 3};
  EXPECT_EQ(first_full_night({10, 12}, {10, 13}, limits, 3, held), -1);
  EXPECT_EQ(first_full_night({10, 13}, {10, 12}, limits, 3, held), 2);
}

TEST(CapacityOfAType, LargeNumbersDoNotOverflow) {
  const NightLimit limit = {0, 2'000'000'000, 2'000'000'000, 0};
  EXPECT_EQ(left_of(limit, 1), 3'999'999'999);
}

}  // namespace
}  // namespace command_center::inventory
