// One text for equal JSON. jsonb has sorted keys and dropped duplicates and spaces already; what is left are
// the zeros that end a fraction: it keeps 1, 1.0 and 1.00 apart in print, though they are equal.
#pragma once

#include <string_view>

namespace command_center::json {

// A number as jsonb prints it, which is never with an exponent nor with a negative zero: without the zeros
// that end its fraction. Equal numbers have equal texts.
[[nodiscard]] std::string_view canonical_number(std::string_view number) noexcept;

// The same for every number of a document as jsonb prints it; strings are left as they are. `buffer` has
// room for json.size() characters, and the answer is a view of it.
[[nodiscard]] std::string_view canonical_text(std::string_view json, char* buffer) noexcept;

}  // namespace command_center::json
