// Parses the pattern syntax of ECMA-262 with Unicode semantics.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "extension/core/json_schema/patterns/syntax_tree.hpp"

namespace command_center::json_schema::patterns {

enum class Syntax {
  kStandard,  // what `format: regex` accepts
  kTolerant,  // and what browsers accept besides and schemas use: lone braces and brackets
};

struct ParsedPattern {
  std::unique_ptr<Expression> expression;  // null when the text is no pattern
  std::string error;
  bool has_back_reference = false;
  bool has_look_around = false;
};

// The text must be well-formed UTF-8. Groups nest to a fixed depth.
[[nodiscard]] ParsedPattern parse_pattern(std::string_view text, Syntax syntax);

}  // namespace command_center::json_schema::patterns
