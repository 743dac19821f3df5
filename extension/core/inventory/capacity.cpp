// Counts by differences: a stay adds one where it begins and takes it away where it ends.
#include "extension/core/inventory/capacity.hpp"

#include <algorithm>

namespace command_center::inventory {

void count_held(const Stay& window, const Stay* stays, int count, std::int32_t* held) noexcept {
  const Day nights = window.departure - window.arrival;
  if (nights <= 0) return;
  // `held` becomes the differences of what it is, and then sums again.
  for (Day night = nights - 1; night > 0; --night) held[night] -= held[night - 1];
  for (int i = 0; i < count; ++i) {
    if (!overlap(window, stays[i])) continue;
    ++held[std::max(stays[i].arrival, window.arrival) - window.arrival];
    if (stays[i].departure < window.departure) --held[stays[i].departure - window.arrival];
  }
  for (Day night = 1; night < nights; ++night) held[night] += held[night - 1];
}

int first_full_night(const Stay& wanted, const Stay& kept, const NightLimit* limits, int count,
                     const std::int32_t* held) noexcept {
  for (int i = 0; i < count; ++i) {
    const Day night = limits[i].night;
    if (!has_night(wanted, night) || has_night(kept, night)) continue;
    if (left_of(limits[i], held[night - wanted.arrival]) < 1) return i;
  }
  return -1;
}

}  // namespace command_center::inventory
