// Checks items, contains, uniqueItems and the size of arrays.
#pragma once

#include <cstdint>
#include <string>

#include "extension/core/json_schema/evaluator.hpp"
#include "extension/core/json_schema/unique_items.hpp"

namespace command_center::json_schema {

template <class View, class Sink>
bool Evaluator<View, Sink>::check_array(const Node& node, View value, Marks* marks) {
  const ArrayRules& rules = *node.arrays;
  bool ok = true;
  if (value.size() < rules.min_items) {
    ok = refuse_size(node, "minItems", "must not have fewer than ", rules.min_items, " items");
  } else if (value.size() > rules.max_items) {
    ok = refuse_size(node, "maxItems", "must not have more than ", rules.max_items, " items");
  }
  if (!ok && stops()) return false;
  if ((!rules.prefix.empty() || rules.rest != nullptr) && !check_items(rules, value, marks)) ok = false;
  if (!ok && stops()) return false;
  if (rules.contains != nullptr && !check_contains(node, value, marks)) ok = false;
  if (!ok && stops()) return false;
  if (rules.unique && value.size() > 1 && !check_unique(node, value)) ok = false;
  return ok;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_items(const ArrayRules& rules, View value, Marks* marks) {
  bool ok = true;
  std::uint32_t index = 0;
  const auto prefix = static_cast<std::uint32_t>(rules.prefix.size());
  for (auto cursor = value.elements(); cursor.next(); ++index) {
    if (index < prefix) {
      const Step step(sink_, rules.prefix_keyword, index, Child{index});
      if (!check(*rules.prefix[index], cursor.value(), nullptr)) ok = false;
    } else if (rules.rest != nullptr) {
      const Step step(sink_, rules.rest_keyword, Child{index});
      if (!check(*rules.rest, cursor.value(), nullptr)) ok = false;
    } else {
      break;
    }
    if (!ok && stops()) return false;
    if (marks != nullptr) marks->mark(index);
  }
  return ok;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_contains(const Node& node, View value, Marks* marks) {
  const ArrayRules& rules = *node.arrays;
  Marks* const evaluated = rules.contains_evaluates ? marks : nullptr;
  std::uint64_t found = 0;
  std::uint32_t index = 0;
  for (auto cursor = value.elements(); cursor.next(); ++index) {
    const Quiet quiet(sink_);
    if (!check(*rules.contains, cursor.value(), nullptr)) continue;
    ++found;
    if (evaluated != nullptr) {
      evaluated->mark(index);
    } else if (found >= rules.min_contains && rules.max_contains == kUnlimited) {
      return true;
    } else if (found > rules.max_contains) {
      break;
    }
  }
  if (found < rules.min_contains) {
    report(node, rules.min_contains_keyword, [&](ErrorParams& params) {
      params.add("minContains", rules.min_contains);
      return "must contain at least " + std::to_string(rules.min_contains) + " matching items";
    });
    return false;
  }
  if (found > rules.max_contains) {
    report(node, "maxContains", [&](ErrorParams& params) {
      params.add("maxContains", rules.max_contains);
      return "must contain at most " + std::to_string(rules.max_contains) + " matching items";
    });
    return false;
  }
  return true;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_unique(const Node& node, View value) {
  const auto duplicates = find_duplicates(value, [this] { count_step(); });
  if (!duplicates) return true;
  report(node, "uniqueItems", [&](ErrorParams& params) {
    params.add("first", std::uint64_t{duplicates->first}).add("second", std::uint64_t{duplicates->second});
    return std::string("must not have equal items");
  });
  return false;
}

}  // namespace command_center::json_schema
