// Tells what lint wants to know about a pattern.
#pragma once

#include <string_view>

namespace command_center::json_schema::patterns {

struct PatternFacts {
  bool is_anchored = false;  // every match covers the whole text
  bool is_finite = false;    // every match has a bounded length
};

// All false for text that is no pattern.
[[nodiscard]] PatternFacts facts_about(std::string_view pattern);

}  // namespace command_center::json_schema::patterns
