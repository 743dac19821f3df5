// Checks what applies to values of every kind: enumerations, references, combinations, conditions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "extension/core/json_schema/evaluator.hpp"
#include "extension/core/json_schema/values/order.hpp"

namespace command_center::json_schema {

template <class View, class Sink>
bool Evaluator<View, Sink>::check_logic(const Node& node, View value, Marks* marks) {
  const LogicRules& rules = *node.logic;
  bool ok = true;
  for (const EnumerationRule& rule : rules.enumerations) {
    if (is_listed(rule, value)) continue;
    refuse_unlisted(node, rule);
    if (stops()) return false;
    ok = false;
  }
  if (rules.reference != nullptr) {
    const Step step(sink_, "$ref");
    if (!check(*rules.reference, value, marks)) ok = false;
  }
  if (!ok && stops()) return false;
  for (const DynamicReference& reference : rules.dynamic_references) {
    const Step step(sink_, reference.keyword);
    if (!check(target_of(reference), value, marks)) ok = false;
  }
  if (!ok && stops()) return false;
  std::uint32_t index = 0;
  for (const Node* branch : rules.all_of) {
    const Step step(sink_, "allOf", index++);
    if (!check(*branch, value, marks)) ok = false;
    if (!ok && stops()) return false;
  }
  if (!rules.any_of.empty() && !check_any_of(node, value, marks)) ok = false;
  if (!ok && stops()) return false;
  if (!rules.one_of.empty() && !check_one_of(node, value, marks)) ok = false;
  if (!ok && stops()) return false;
  if (rules.negated != nullptr && !check_not(node, value)) ok = false;
  if (!ok && stops()) return false;
  if (rules.condition != nullptr && !check_condition(rules, value, marks)) ok = false;
  return ok;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::is_listed(const EnumerationRule& rule, View value) {
  if (value.kind() == Kind::kString) {
    return std::binary_search(
        rule.strings.begin(), rule.strings.end(), value.string(),
        [](std::string_view a, std::string_view b) { return values::compare_keys(a, b) < 0; });
  }
  return std::any_of(rule.others.begin(), rule.others.end(), [&](const values::Value* candidate) {
    return values::order(value, values::DocumentView(*candidate)) == 0;
  });
}

template <class View, class Sink>
const Node& Evaluator<View, Sink>::target_of(const DynamicReference& reference) const {
  const Node* target = reference.fallback;
  if (!reference.dynamic) return *target;
  for (const Scope* scope = scope_; scope != nullptr; scope = scope->outer) {
    const auto found = scope->entry->anchors.find(reference.name);
    if (found != scope->entry->anchors.end()) target = found->second;
  }
  return *target;
}

// Applies a branch whose evaluated children count only if it accepts.
template <class View, class Sink>
bool Evaluator<View, Sink>::check_branch(const Node& branch, View value, Marks* marks) {
  return marks == nullptr ? check(branch, value, nullptr) : check_marking_branch(branch, value, *marks);
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_marking_branch(const Node& branch, View value, Marks& marks) {
  Marks own(value.size());
  if (!check(branch, value, &own)) return false;
  marks.merge(own);
  return true;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_any_of(const Node& node, View value, Marks* marks) {
  const std::size_t mark = sink_.mark();
  bool any = false;
  std::uint32_t index = 0;
  for (const Node* branch : node.logic->any_of) {
    const Step step(sink_, "anyOf", index++);
    if (!check_branch(*branch, value, marks)) continue;
    any = true;
    if (marks == nullptr) break;
  }
  if (any) {
    sink_.take_back(mark);
    return true;
  }
  report(node, "anyOf",
         [](ErrorParams& /*params*/) { return std::string("must match at least one of the schemas"); });
  return false;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_one_of(const Node& node, View value, Marks* marks) {
  const std::size_t mark = sink_.mark();
  std::uint32_t accepted = 0;
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  std::uint32_t index = 0;
  for (const Node* branch : node.logic->one_of) {
    const Step step(sink_, "oneOf", index);
    if (check_branch(*branch, value, marks)) {
      (accepted == 0 ? first : second) = index;
      if (++accepted == 2) break;
    }
    ++index;
  }
  if (accepted != 0) sink_.take_back(mark);
  if (accepted == 1) return true;
  refuse_one_of(node, accepted, first, second);
  return false;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_not(const Node& node, View value) {
  {
    const Quiet quiet(sink_);
    if (!check(*node.logic->negated, value, nullptr)) return true;
  }
  report(node, "not", [](ErrorParams& /*params*/) { return std::string("must not match the schema"); });
  return false;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_condition(const LogicRules& rules, View value, Marks* marks) {
  if (rules.consequence == nullptr && rules.alternative == nullptr && marks == nullptr) return true;
  const bool holds_true = condition_holds(rules, value, marks);
  const Node* next = holds_true ? rules.consequence : rules.alternative;
  if (next == nullptr) return true;
  const Step step(sink_, holds_true ? "then" : "else");
  return check(*next, value, marks);
}

template <class View, class Sink>
bool Evaluator<View, Sink>::condition_holds(const LogicRules& rules, View value, Marks* marks) {
  const Quiet quiet(sink_);
  return check_branch(*rules.condition, value, marks);
}

}  // namespace command_center::json_schema
