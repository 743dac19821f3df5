// Checks unevaluatedItems and unevaluatedProperties, after everything beside them.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/core/json_schema/evaluator.hpp"
#include "extension/core/json_schema/marks.hpp"

namespace command_center::json_schema {

template <class View, class Sink>
bool Evaluator<View, Sink>::check_unevaluated(const Node& node, View value, Marks* outer) {
  Marks own(value.size());
  bool ok = check_keywords(node, value, value.kind(), &own);
  if (!ok && stops()) return false;
  const bool rest = value.kind() == Kind::kObject ? check_unevaluated_members(node, value, own)
                                                  : check_unevaluated_elements(node, value, own);
  if (!rest) ok = false;
  if (outer != nullptr) outer->mark_all();
  return ok;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_unevaluated_members(const Node& node, View value, const Marks& marks) {
  bool ok = true;
  std::uint32_t index = 0;
  for (auto cursor = value.members(); cursor.next(); ++index) {
    if (marks.is_marked(index)) continue;
    const std::string_view key = cursor.key();
    const Step step(sink_, "unevaluatedProperties", Child{key});
    if (!check(*node.logic->unevaluated_properties, cursor.value(), nullptr)) ok = false;
    if (!ok && stops()) return false;
  }
  return ok;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_unevaluated_elements(const Node& node, View value, const Marks& marks) {
  bool ok = true;
  std::uint32_t index = 0;
  for (auto cursor = value.elements(); cursor.next(); ++index) {
    if (marks.is_marked(index)) continue;
    const Step step(sink_, "unevaluatedItems", Child{index});
    if (!check(*node.logic->unevaluated_items, cursor.value(), nullptr)) ok = false;
    if (!ok && stops()) return false;
  }
  return ok;
}

}  // namespace command_center::json_schema
