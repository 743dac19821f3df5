// The tables of setup() that nothing reads or writes below the SQL layer, for doctor() to compare.
#pragma once

#include "extension/command_center/installation.hpp"
#include "extension/server/table_shape.hpp"

namespace command_center::extension {

inline constexpr int kCatalogueTables = 26;

// The first of so many.
[[nodiscard]] const TableShape* catalogue_tables() noexcept;

}  // namespace command_center::extension
