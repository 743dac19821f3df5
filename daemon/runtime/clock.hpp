// The clock of every deadline: monotonic, so that a clock that is set does not move one.
#pragma once

#include <chrono>

namespace command_center::daemon::runtime {

using Clock = std::chrono::steady_clock;

}  // namespace command_center::daemon::runtime
