// Checks lengths, pattern, format and declared content.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "extension/core/json_schema/content.hpp"
#include "extension/core/json_schema/evaluator.hpp"
#include "extension/core/json_schema/values/utf8.hpp"

namespace command_center::json_schema {

template <class View, class Sink>
bool Evaluator<View, Sink>::check_string(const Node& node, View value) {
  const StringRules& rules = *node.strings;
  const std::string_view text = value.string();
  bool ok = check_length(node, text);
  if (!ok && stops()) return false;
  if (rules.pattern != nullptr && !matches(*rules.pattern, text)) {
    report(node, "pattern", [&](ErrorParams& params) {
      params.add("pattern", rules.pattern_text);
      return std::string("must match the pattern");
    });
    if (stops()) return false;
    ok = false;
  }
  if (rules.format != nullptr && !rules.format(text)) {
    report(node, "format", [&](ErrorParams& params) {
      params.add("format", rules.format_name);
      return "must have the format \"" + std::string(rules.format_name) + "\"";
    });
    if (stops()) return false;
    ok = false;
  }
  if (!rules.base64_content && !rules.json_content) return ok;
  return check_content(node, text) && ok;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_length(const Node& node, std::string_view text) {
  const StringRules& rules = *node.strings;
  // A code point takes one to four bytes, so that most strings need no counting.
  const bool surely_fits = text.size() <= rules.max_length && text.size() / 4 >= rules.min_length;
  if (surely_fits) return true;
  const std::uint64_t length = values::count_code_points(text);
  if (length < rules.min_length) {
    return refuse_size(node, "minLength", "must not be shorter than ", rules.min_length, " characters");
  }
  if (length > rules.max_length) {
    return refuse_size(node, "maxLength", "must not be longer than ", rules.max_length, " characters");
  }
  return true;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::check_content(const Node& node, std::string_view text) {
  const StringRules& rules = *node.strings;
  if (content_is_valid(text, rules.base64_content, rules.json_content)) return true;
  report(node, rules.json_content ? "contentMediaType" : "contentEncoding",
         [&](ErrorParams& /*params*/) { return std::string("must hold the content it declares"); });
  return false;
}

template <class View, class Sink>
bool Evaluator<View, Sink>::matches(const patterns::Pattern& pattern, std::string_view text) {
  count_step();
  return pattern.matches(text, limits_.pattern_budget);
}

}  // namespace command_center::json_schema
