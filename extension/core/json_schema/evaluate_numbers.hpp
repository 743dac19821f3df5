// Checks minimum, maximum, their exclusive forms and multipleOf.
#pragma once

#include <cstdint>
#include <string>

#include "extension/core/json_schema/evaluator.hpp"
#include "extension/core/json_schema/values/decimal.hpp"

namespace command_center::json_schema {

template <class View, class Sink>
bool Evaluator<View, Sink>::holds(NumberRules::Relation relation, int order) noexcept {
  switch (relation) {
    case NumberRules::Relation::kAtLeast:
      return order >= 0;
    case NumberRules::Relation::kAtMost:
      return order <= 0;
    case NumberRules::Relation::kMoreThan:
      return order > 0;
    case NumberRules::Relation::kLessThan:
      break;
  }
  return order < 0;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_number(const Node& node, View value) {
  const NumberRules& rules = *node.numbers;
  const values::Decimal number = value.number();
  std::int64_t integer = 0;
  const bool is_small = to_int64(number, integer);
  bool ok = true;
  for (const NumberRules::Check& check : rules.checks) {
    int order = 0;
    if (is_small && check.bound.is_integer) {
      order = integer < check.bound.integer ? -1 : static_cast<int>(integer > check.bound.integer);
    } else {
      order = compare(number, check.bound.decimal);
    }
    if (holds(check.relation, order) && number.number_class != values::Decimal::Class::kNotANumber) continue;
    refuse_bound(node, check);
    if (stops()) return false;
    ok = false;
  }
  if (!rules.multiple_of.empty() && !rules.multiple_of.front().divides(number)) {
    report(node, "multipleOf", [&](ErrorParams& params) {
      params.add("multipleOf", rules.divisor_text);
      return "must be a multiple of " + to_text(rules.divisor_text);
    });
    ok = false;
  }
  return ok;
}

template <class View, class Sink>
void Evaluator<View, Sink>::refuse_bound(const Node& node, const NumberRules::Check& check) {
  report(node, check.keyword, [&](ErrorParams& params) {
    params.add("limit", check.bound.decimal);
    static constexpr std::string_view kWords[] = {"at least ", "at most ", "more than ", "less than "};
    return "must be " + std::string(kWords[static_cast<std::size_t>(check.relation)]) +
           to_text(check.bound.decimal);
  });
}

}  // namespace command_center::json_schema
