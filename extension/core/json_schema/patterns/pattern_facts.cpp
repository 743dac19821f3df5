// Reads the facts off the syntax tree, whose depth the parser has bounded.
#include "extension/core/json_schema/patterns/pattern_facts.hpp"

#include <algorithm>

#include "extension/core/json_schema/patterns/pattern_parser.hpp"

namespace command_center::json_schema::patterns {

namespace {

using Kind = Expression::Kind;

enum class End { kStart, kEnd };

// Whether every way through the expression holds an anchor at the given end.
bool is_anchored_at(const Expression& expression, End end) {
  if (expression.kind == (end == End::kStart ? Kind::kTextStart : Kind::kTextEnd)) return true;
  if (expression.children.empty()) return false;
  if (expression.kind == Kind::kSequence) {
    return is_anchored_at(end == End::kStart ? *expression.children.front() : *expression.children.back(),
                          end);
  }
  if (expression.kind != Kind::kAlternatives) return false;
  return std::all_of(expression.children.begin(), expression.children.end(),
                     [end](const auto& child) { return is_anchored_at(*child, end); });
}

bool is_finite(const Expression& expression) {
  if (expression.kind == Kind::kRepeat && expression.most == kWithoutEnd) return false;
  return std::all_of(expression.children.begin(), expression.children.end(),
                     [](const auto& child) { return is_finite(*child); });
}

}  // namespace

PatternFacts facts_about(std::string_view pattern) {
  const ParsedPattern parsed = parse_pattern(pattern, Syntax::kTolerant);
  if (parsed.expression == nullptr) return {};
  return {is_anchored_at(*parsed.expression, End::kStart) && is_anchored_at(*parsed.expression, End::kEnd),
          is_finite(*parsed.expression)};
}

}  // namespace command_center::json_schema::patterns
