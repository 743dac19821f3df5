// The built-in character classes of ECMA-262: \d \w \s, the dot, and their complements.
#pragma once

#include <vector>

#include "extension/core/json_schema/patterns/syntax_tree.hpp"

namespace command_center::json_schema::patterns {

// The set behind one of the letters d D w W s S; nothing else may be asked for.
[[nodiscard]] std::vector<CodePointRange> class_ranges(char letter);

// What `.` matches: everything but line terminators.
[[nodiscard]] std::vector<CodePointRange> dot_ranges();

}  // namespace command_center::json_schema::patterns
