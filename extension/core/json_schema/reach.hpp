// Whether a JSON pointer can lead to a scalar in the instances of a schema: asked of partition keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace command_center::json_schema {

enum class Reach {
  kAlways,     // a scalar in every valid instance, as far as the schema tells
  kAmbiguous,  // as kAlways, but what means the same may be spelled as different scalars, or the other way
  kMaybe,      // not in every one
  kNever,      // in none
  kUnknown,    // the schema is too large, or refers to what is not in it
};

struct ReachOutcome {
  Reach reach = Reach::kUnknown;
  std::string why;  // of all but kAlways and kUnknown: the rest of a sentence that begins with the pointer
};

// Follows `tokens` through properties, patternProperties, additionalProperties, unevaluatedProperties, items,
// allOf, anyOf, oneOf and references within the document. Errs towards kMaybe and kUnknown: what is kNever is
// so for certain. Bounded in steps.
[[nodiscard]] ReachOutcome reach_of(std::string_view schema_text, const std::vector<std::string>& tokens);

}  // namespace command_center::json_schema
