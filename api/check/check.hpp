// --check: connects to every database, reads every file, takes every port, and says what would fail, without
// changing anything.
#pragma once

#include <iosfwd>

#include "api/settings/settings.hpp"

namespace command_center::api::check {

// Writes a line for each thing that was looked at; true when the API would work.
[[nodiscard]] bool check(const settings::Settings& settings, std::ostream& out);

}  // namespace command_center::api::check
