// The tables of setup() that are read or written below the SQL layer, as setup() makes them.
#pragma once

#include "extension/availability_guard/installation.hpp"
#include "extension/server/table_shape.hpp"

namespace command_center::guard {

extern const TableShape kLockEvents;

// All of them, for doctor().
[[nodiscard]] Shapes table_shapes() noexcept;

}  // namespace command_center::guard
