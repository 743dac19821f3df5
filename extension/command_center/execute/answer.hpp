// What a caller is told of an accepted command.
#pragma once

#include "extension/command_center/execute/acceptance.hpp"

namespace command_center::extension {

inline constexpr int kAcceptanceColumns = 8;

// The columns of command_center.acceptance, in order. Postgres regime.
void fill_acceptance(const Acceptance& acceptance, Datum* values, bool* nulls);

}  // namespace command_center::extension
