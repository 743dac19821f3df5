// How many of a type may be held in a night.
#pragma once

#include <cstdint>

#include "extension/core/inventory/stay.hpp"

namespace command_center::inventory {

struct NightLimit {
  Day night;
  std::int32_t capacity;
  std::int32_t overbooking;
  std::int32_t out_of_order;
};

// How many more may be held; negative where more is held than there is.
[[nodiscard]] constexpr std::int64_t left_of(const NightLimit& limit, std::int64_t held) noexcept {
  return std::int64_t{limit.capacity} + limit.overbooking - limit.out_of_order - held;
}

// Adds to `held`, one number for each night of `window`, those of the stays that have the night. Linear in
// stays and nights.
void count_held(const Stay& window, const Stay* stays, int count, std::int32_t* held) noexcept;

// The place in `limits` of the first night of `wanted` that has no room for one more; -1: all have. `held` is
// of the nights of `wanted`, without the lock that is judged. Nights of `kept` are its own already: cutting a
// capacity takes nothing from who holds it. Nights without a limit are unlimited.
[[nodiscard]] int first_full_night(const Stay& wanted, const Stay& kept, const NightLimit* limits, int count,
                                   const std::int32_t* held) noexcept;

}  // namespace command_center::inventory
