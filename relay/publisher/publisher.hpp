// Runs sessions one after the other, for ever: decides what follows when one fails.
#pragma once

#include "relay/admin/health.hpp"
#include "relay/admin/metrics.hpp"
#include "relay/failure.hpp"
#include "relay/runtime/waiter.hpp"
#include "relay/settings/settings.hpp"

namespace command_center::relay::publisher {

inline constexpr int kExitStopped = 0;
inline constexpr int kExitOperatorNeeded = 3;

// Returns the exit status: kExitStopped when asked to stop, kExitOperatorNeeded on Failure kDisagreement or
// kRefused.
[[nodiscard]] int run(const settings::Settings& settings, runtime::Waiter& waiter, admin::Health& health,
                      admin::Metrics& metrics);

}  // namespace command_center::relay::publisher
