// Checks properties in one merge pass, and what depends on their names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "extension/core/json_schema/evaluator.hpp"
#include "extension/core/json_schema/values/key_order.hpp"

namespace command_center::json_schema {

template <class View, class Sink>
bool Evaluator<View, Sink>::check_object(const Node& node, View value, Marks* marks) {
  const ObjectRules& rules = *node.objects;
  bool ok = true;
  if (value.size() < rules.min_properties) {
    ok = refuse_size(node, "minProperties", "must not have fewer than ", rules.min_properties, " properties");
  } else if (value.size() > rules.max_properties) {
    ok = refuse_size(node, "maxProperties", "must not have more than ", rules.max_properties, " properties");
  }
  if (!ok && stops()) return false;
  if (!check_members(node, value, marks)) ok = false;
  if (!ok && stops()) return false;
  if (!rules.dependencies.empty() && !check_dependencies(node, value, marks)) ok = false;
  return ok;
}

// Walks the object and the sorted property rules side by side.
template <class View, class Sink>
bool Evaluator<View, Sink>::check_members(const Node& node, View value, Marks* marks) {
  const ObjectRules& rules = *node.objects;
  const bool looks_further = !rules.patterns.empty() || rules.additional != nullptr || rules.names != nullptr;
  const PropertyRule* rule = rules.properties.data();
  const PropertyRule* const end = rule + rules.properties.size();
  if (rule == end && !looks_further) return true;
  bool ok = true;
  std::uint32_t index = 0;
  for (auto cursor = value.members(); cursor.next(); ++index) {
    const std::string_view key = cursor.key();
    int order = 1;
    while (rule != end && (order = values::compare_keys(rule->name, key)) < 0) {
      if (rule->required) {
        refuse_missing(node, rule->name);
        if (stops()) return false;
        ok = false;
      }
      ++rule;
    }
    const bool named = rule != end && order == 0;
    const Node* property = named ? rule->node : nullptr;
    if (named) ++rule;
    if (property != nullptr) {
      const Step step(sink_, "properties", key, Child{key});
      if (!check(*property, cursor.value(), nullptr)) ok = false;
      if (marks != nullptr) marks->mark(index);
    }
    if (!ok && stops()) return false;
    if (looks_further && !check_further(node, key, cursor.value(), property != nullptr, marks, index))
      ok = false;
    if (!ok && stops()) return false;
  }
  for (; rule != end; ++rule) {
    if (!rule->required) continue;
    refuse_missing(node, rule->name);
    if (stops()) return false;
    ok = false;
  }
  return ok;
}

// patternProperties, additionalProperties and propertyNames for one member.
template <class View, class Sink>
bool Evaluator<View, Sink>::check_further(const Node& node, std::string_view key, View value, bool matched,
                                          Marks* marks, std::uint32_t index) {
  const ObjectRules& rules = *node.objects;
  bool ok = true;
  for (const PatternRule& rule : rules.patterns) {
    if (!matches(*rule.pattern, key)) continue;
    matched = true;
    const Step step(sink_, "patternProperties", rule.text, Child{key});
    if (!check(*rule.node, value, nullptr)) {
      if (stops()) return false;
      ok = false;
    }
  }
  if (!matched && rules.additional != nullptr) {
    matched = true;
    const Step step(sink_, "additionalProperties", Child{key});
    if (!check(*rules.additional, value, nullptr)) {
      if (stops()) return false;
      ok = false;
    }
  }
  if (matched && marks != nullptr) marks->mark(index);
  if (rules.names != nullptr && !check_name(node, key)) ok = false;
  return ok;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_name(const Node& node, std::string_view key) {
  const typename View::Text text(key);
  const Step step(sink_, "propertyNames");
  if (check(*node.objects->names, text.view(), nullptr)) return true;
  return false;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_dependencies(const Node& node, View value, Marks* marks) {
  bool ok = true;
  for (const DependencyRule& rule : node.objects->dependencies) {
    if (!value.has_key(rule.name)) continue;
    for (const std::string_view wanted : rule.required) {
      if (value.has_key(wanted)) continue;
      report(node, rule.keyword, [&](ErrorParams& params) {
        params.add("property", rule.name).add("missingProperty", wanted);
        return "must have the property \"" + std::string(wanted) + "\" when \"" + std::string(rule.name) +
               "\" is present";
      });
      if (stops()) return false;
      ok = false;
    }
    if (rule.node == nullptr) continue;
    const Step step(sink_, rule.keyword, rule.name);
    if (!check(*rule.node, value, marks)) ok = false;
    if (!ok && stops()) return false;
  }
  return ok;
}

}  // namespace command_center::json_schema
