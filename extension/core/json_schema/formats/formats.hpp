// Finds the check behind the name of a format.
#pragma once

#include <string_view>

#include "extension/core/json_schema/dialect.hpp"

namespace command_center::json_schema::formats {

// True when the text has the format. Allocates nothing unless the check says so.
using Check = bool (*)(std::string_view text);

// Null for a format that the draft does not define.
[[nodiscard]] Check find_format(std::string_view name, Draft draft) noexcept;

}  // namespace command_center::json_schema::formats
