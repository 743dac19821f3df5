// --check: connects to both sides and says what would fail, without changing anything.
#pragma once

#include <iosfwd>

#include "relay/settings/settings.hpp"

namespace command_center::relay::check {

// Writes a line for each thing that was looked at; true when the relay would work.
[[nodiscard]] bool check(const settings::Settings& settings, std::ostream& out);

}  // namespace command_center::relay::check
