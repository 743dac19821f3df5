// Pins the byte layout of jsonb and numeric: a server that stores them differently is noticed before it is
// misread.
#pragma once

#include <string_view>

#include "extension/core/json_schema/values/jsonb_view.hpp"

namespace command_center::json_schema {

// A JSON text that uses every kind of value, entry and numeric header. The server turns it into jsonb once
// per process, ...
[[nodiscard]] std::string_view layout_probe() noexcept;

// ... and this tells whether the view reads from those bytes exactly what the text says.
[[nodiscard]] bool reads_layout_probe(values::JsonbView root);

}  // namespace command_center::json_schema
