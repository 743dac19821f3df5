// The tables of setup() that are read or written below the SQL layer, as setup() makes them.
#pragma once

#include "extension/server/table_shape.hpp"
#include "tests/example/extension/guestbook/installation.hpp"

namespace command_center::guestbook {

extern const TableShape kEntries;

// All of them, for doctor().
[[nodiscard]] Shapes table_shapes() noexcept;

}  // namespace command_center::guestbook
