// Writes a parsed ECMA-262 pattern in RE2's syntax.
#pragma once

#include <string>

#include "extension/core/json_schema/patterns/syntax_tree.hpp"

namespace command_center::json_schema::patterns {

struct Translation {
  std::string re2;
  std::string refusal;            // not empty when RE2 cannot express the pattern, or it would be too large
  std::size_t property_sets = 0;  // sets with a Unicode property, after unrolling
};

// `max_size` bounds the number of characters and sets after all repeats are unrolled.
[[nodiscard]] Translation translate(const Expression& expression, std::size_t max_size);

}  // namespace command_center::json_schema::patterns
