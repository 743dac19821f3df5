// The range of nights that an argument names.
#pragma once

#include "extension/core/inventory/stay.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::guard {

// 22023 for a range that is empty or has no bound, KC014 for more than 1100 nights. Postgres regime.
[[nodiscard]] inventory::Stay nights_of(Datum range);

}  // namespace command_center::guard
