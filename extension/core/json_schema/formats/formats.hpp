// Finds the check behind the name of a format.
#pragma once

#include <string_view>

namespace command_center::json_schema::formats {

// True when the text has the format. Allocates nothing unless the check says so.
using Check = bool (*)(std::string_view text);

// Null for a format that no draft defines. A format means the same in every draft: an older one that does not
// list it leaves it to the implementation.
[[nodiscard]] Check find_format(std::string_view name) noexcept;

}  // namespace command_center::json_schema::formats
