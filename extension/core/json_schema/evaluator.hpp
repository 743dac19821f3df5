// Applies a program to a value of any view. One template is both passes: with NoCollector it stops at the
// first failure and allocates nothing; with Collector it goes on and records every failure. So the two cannot
// disagree.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/collector.hpp"
#include "extension/core/json_schema/content.hpp"
#include "extension/core/json_schema/marks.hpp"
#include "extension/core/json_schema/program.hpp"
#include "extension/core/json_schema/stop_predicate.hpp"
#include "extension/core/json_schema/unique_items.hpp"
#include "extension/core/json_schema/values/order.hpp"
#include "extension/core/json_schema/values/utf8.hpp"

namespace command_center::json_schema {

template <class View, class Sink>
class Evaluator {
 public:
  // Evaluates from `start`, the program's root or another of its nodes.
  Evaluator(const Limits& limits, const Node& start, View root, const StopPredicate& stop,
            Sink& sink) noexcept
      : limits_(limits), start_(start), root_(root), stop_(stop), sink_(sink) {
    steps_left_ = limits_.steps;
  }

  // Throws Stopped when the predicate says so, Error KC014 when a limit is passed.
  [[nodiscard]] bool run() { return check(start_, root_, nullptr); }

 private:
  using Kind = values::Kind;
  using Step = typename Sink::Step;
  using Child = typename Sink::Step::Child;
  using Quiet = typename Sink::Quiet;

  static constexpr std::uint32_t kPollInterval = 256;

  // The resources entered on the way to a value, innermost first; kept only for dynamic references.
  struct Scope {
    const DynamicScopeEntry* entry;
    const Scope* outer;
  };

  [[nodiscard]] bool check(const Node& node, View value, Marks* marks) {
    if (node.trivial) return true;
    if (node.never) return refuse_never(node);
    if (++depth_ > limits_.evaluation_depth) refuse_depth();
    count_step();
    const bool ok =
        node.scope == nullptr ? check_node(node, value, marks) : check_in_scope(node, value, marks);
    --depth_;
    return ok;
  }

  [[gnu::noinline]] bool check_in_scope(const Node& node, View value, Marks* marks) {
    const Scope here{node.scope, scope_};
    if (scope_ == nullptr || scope_->entry != node.scope) scope_ = &here;
    const bool ok = check_node(node, value, marks);
    if (scope_ == &here) scope_ = here.outer;
    return ok;
  }

  [[nodiscard]] bool check_node(const Node& node, View value, Marks* marks) {
    const Kind kind = value.kind();
    if (node.logic != nullptr) {
      const bool tracks = (kind == Kind::kObject && node.logic->unevaluated_properties != nullptr) ||
                          (kind == Kind::kArray && node.logic->unevaluated_items != nullptr);
      if (tracks) return check_unevaluated(node, value, marks);
    }
    return check_keywords(node, value, kind, marks);
  }

  [[nodiscard]] bool check_keywords(const Node& node, View value, Kind kind, Marks* marks) {
    bool ok = true;
    if ((node.kinds & set_of(kind)) == 0 ||
        (node.integers_only && kind == Kind::kNumber && !is_integral(node, value))) {
      refuse_type(node);
      if (stops()) return false;
      ok = false;
    }
    switch (kind) {
      case Kind::kNumber:
        if (node.numbers != nullptr && !check_number(node, value)) ok = false;
        break;
      case Kind::kString:
        if (node.strings != nullptr && !check_string(node, value)) ok = false;
        break;
      case Kind::kArray:
        if (node.arrays != nullptr && !check_array(node, value, marks)) ok = false;
        break;
      case Kind::kObject:
        if (node.objects != nullptr && !check_object(node, value, marks)) ok = false;
        break;
      default:
        break;
    }
    if (!ok && stops()) return false;
    if (node.logic != nullptr && !check_logic(node, value, marks)) ok = false;
    return ok;
  }

  [[nodiscard]] bool is_integral(const Node& node, View value) const noexcept {
    const values::Decimal number = value.number();
    return is_integer(number) && !(node.no_fraction_part && number.scale != 0);
  }

  // ---- numbers

  [[nodiscard]] static bool holds(NumberRules::Relation relation, int order) noexcept {
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

  [[nodiscard]] bool check_number(const Node& node, View value) {
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
      if (holds(check.relation, order) && number.number_class != values::Decimal::Class::kNotANumber)
        continue;
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

  [[gnu::noinline]] void refuse_bound(const Node& node, const NumberRules::Check& check) {
    report(node, check.keyword, [&](ErrorParams& params) {
      params.add("limit", check.bound.decimal);
      static constexpr std::string_view kWords[] = {"at least ", "at most ", "more than ", "less than "};
      return "must be " + std::string(kWords[static_cast<std::size_t>(check.relation)]) +
             to_text(check.bound.decimal);
    });
  }

  // ---- strings

  [[nodiscard]] bool check_string(const Node& node, View value) {
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

  [[nodiscard]] bool check_length(const Node& node, std::string_view text) {
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

  [[gnu::noinline]] bool check_content(const Node& node, std::string_view text) {
    const StringRules& rules = *node.strings;
    if (content_is_valid(text, rules.base64_content, rules.json_content)) return true;
    report(node, rules.json_content ? "contentMediaType" : "contentEncoding",
           [&](ErrorParams& /*params*/) { return std::string("must hold the content it declares"); });
    return false;
  }

  [[nodiscard]] bool matches(const patterns::Pattern& pattern, std::string_view text) {
    count_step();
    return pattern.matches(text, limits_.pattern_budget);
  }

  // ---- arrays

  [[nodiscard]] bool check_array(const Node& node, View value, Marks* marks) {
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

  [[nodiscard]] bool check_items(const ArrayRules& rules, View value, Marks* marks) {
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

  [[nodiscard]] bool check_contains(const Node& node, View value, Marks* marks) {
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

  [[gnu::noinline]] bool check_unique(const Node& node, View value) {
    const auto duplicates = find_duplicates(value, [this] { count_step(); });
    if (!duplicates) return true;
    report(node, "uniqueItems", [&](ErrorParams& params) {
      params.add("first", std::uint64_t{duplicates->first}).add("second", std::uint64_t{duplicates->second});
      return std::string("must not have equal items");
    });
    return false;
  }

  // ---- objects

  [[nodiscard]] bool check_object(const Node& node, View value, Marks* marks) {
    const ObjectRules& rules = *node.objects;
    bool ok = true;
    if (value.size() < rules.min_properties) {
      ok = refuse_size(node, "minProperties", "must not have fewer than ", rules.min_properties,
                       " properties");
    } else if (value.size() > rules.max_properties) {
      ok =
          refuse_size(node, "maxProperties", "must not have more than ", rules.max_properties, " properties");
    }
    if (!ok && stops()) return false;
    if (!check_members(node, value, marks)) ok = false;
    if (!ok && stops()) return false;
    if (!rules.dependencies.empty() && !check_dependencies(node, value, marks)) ok = false;
    return ok;
  }

  // Walks the object and the sorted property rules side by side.
  [[nodiscard]] bool check_members(const Node& node, View value, Marks* marks) {
    const ObjectRules& rules = *node.objects;
    const bool looks_further =
        !rules.patterns.empty() || rules.additional != nullptr || rules.names != nullptr;
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
  [[nodiscard]] bool check_further(const Node& node, std::string_view key, View value, bool matched,
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

  [[nodiscard]] bool check_name(const Node& node, std::string_view key) {
    const typename View::Text text(key);
    const Step step(sink_, "propertyNames");
    if (check(*node.objects->names, text.view(), nullptr)) return true;
    return false;
  }

  [[nodiscard]] bool check_dependencies(const Node& node, View value, Marks* marks) {
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

  // ---- keywords for every kind

  [[nodiscard]] bool check_logic(const Node& node, View value, Marks* marks) {
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

  [[nodiscard]] static bool is_listed(const EnumerationRule& rule, View value) {
    if (value.kind() == Kind::kString) {
      return std::binary_search(
          rule.strings.begin(), rule.strings.end(), value.string(),
          [](std::string_view a, std::string_view b) { return values::compare_keys(a, b) < 0; });
    }
    return std::any_of(rule.others.begin(), rule.others.end(), [&](const values::Value* candidate) {
      return values::order(value, values::DocumentView(*candidate)) == 0;
    });
  }

  [[nodiscard]] const Node& target_of(const DynamicReference& reference) const {
    const Node* target = reference.fallback;
    if (!reference.dynamic) return *target;
    for (const Scope* scope = scope_; scope != nullptr; scope = scope->outer) {
      const auto found = scope->entry->anchors.find(reference.name);
      if (found != scope->entry->anchors.end()) target = found->second;
    }
    return *target;
  }

  // Applies a branch whose evaluated children count only if it accepts.
  [[nodiscard]] bool check_branch(const Node& branch, View value, Marks* marks) {
    return marks == nullptr ? check(branch, value, nullptr) : check_marking_branch(branch, value, *marks);
  }

  [[gnu::noinline]] bool check_marking_branch(const Node& branch, View value, Marks& marks) {
    Marks own(value.size());
    if (!check(branch, value, &own)) return false;
    marks.merge(own);
    return true;
  }

  [[nodiscard]] bool check_any_of(const Node& node, View value, Marks* marks) {
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

  [[nodiscard]] bool check_one_of(const Node& node, View value, Marks* marks) {
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

  [[nodiscard]] bool check_not(const Node& node, View value) {
    {
      const Quiet quiet(sink_);
      if (!check(*node.logic->negated, value, nullptr)) return true;
    }
    report(node, "not", [](ErrorParams& /*params*/) { return std::string("must not match the schema"); });
    return false;
  }

  [[nodiscard]] bool check_condition(const LogicRules& rules, View value, Marks* marks) {
    if (rules.consequence == nullptr && rules.alternative == nullptr && marks == nullptr) return true;
    const bool holds_true = condition_holds(rules, value, marks);
    const Node* next = holds_true ? rules.consequence : rules.alternative;
    if (next == nullptr) return true;
    const Step step(sink_, holds_true ? "then" : "else");
    return check(*next, value, marks);
  }

  [[nodiscard]] bool condition_holds(const LogicRules& rules, View value, Marks* marks) {
    const Quiet quiet(sink_);
    return check_branch(*rules.condition, value, marks);
  }

  // ---- unevaluatedItems and unevaluatedProperties

  [[gnu::noinline]] bool check_unevaluated(const Node& node, View value, Marks* outer) {
    Marks own(value.size());
    bool ok = check_keywords(node, value, value.kind(), &own);
    if (!ok && stops()) return false;
    const bool rest = value.kind() == Kind::kObject ? check_unevaluated_members(node, value, own)
                                                    : check_unevaluated_elements(node, value, own);
    if (!rest) ok = false;
    if (outer != nullptr) outer->mark_all();
    return ok;
  }

  [[nodiscard]] bool check_unevaluated_members(const Node& node, View value, const Marks& marks) {
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

  [[nodiscard]] bool check_unevaluated_elements(const Node& node, View value, const Marks& marks) {
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

  // ---- refusals

  [[nodiscard]] bool stops() const noexcept {
    if constexpr (Sink::kCollects) {
      return sink_.stops();
    } else {
      return true;
    }
  }

  // `describe` fills the parameters and returns the message; it runs only when the error is recorded.
  template <class Describe>
  void report(const Node& node, std::string_view keyword, const Describe& describe) {
    if constexpr (Sink::kCollects) {
      if (!sink_.stops()) record(node, keyword, describe);
    } else {
      static_cast<void>(node);
      static_cast<void>(keyword);
      static_cast<void>(describe);
    }
  }

  // Apart from its callers, whose frames repeat with every level of the value.
  template <class Describe>
  [[gnu::noinline]] void record(const Node& node, std::string_view keyword, const Describe& describe) {
    ErrorParams params;
    const std::string message = describe(params);
    sink_.add(node, keyword, message, params);
  }

  [[nodiscard]] bool refuse_never(const Node& node) {
    if constexpr (Sink::kCollects) sink_.add_never(node);
    static_cast<void>(node);
    return false;
  }

  [[gnu::noinline]] void refuse_type(const Node& node) {
    report(node, "type", [&](ErrorParams& params) {
      params.add("type", *node.types);
      return std::string("must be of the type the schema names");
    });
  }

  [[gnu::noinline]] void refuse_missing(const Node& node, std::string_view name) {
    report(node, "required", [&](ErrorParams& params) {
      params.add("missingProperty", name);
      return "must have the property \"" + std::string(name) + "\"";
    });
  }

  [[gnu::noinline]] void refuse_unlisted(const Node& node, const EnumerationRule& rule) {
    report(node, rule.keyword, [&](ErrorParams& params) {
      params.add(rule.keyword == "enum" ? "allowedValues" : "allowedValue", *rule.value);
      return std::string("must be equal to an allowed value");
    });
  }

  [[gnu::noinline]] void refuse_one_of(const Node& node, std::uint32_t accepted, std::uint32_t first,
                                       std::uint32_t second) {
    report(node, "oneOf", [&](ErrorParams& params) {
      std::vector<std::uint32_t> passing;
      if (accepted != 0) passing = {first, second};
      params.add("passingSchemas", passing);
      return std::string(accepted == 0 ? "must match one of the schemas"
                                       : "must match only one of the schemas");
    });
  }

  [[gnu::noinline]] bool refuse_size(const Node& node, std::string_view keyword, std::string_view before,
                                     std::uint64_t limit, std::string_view after) {
    report(node, keyword, [&](ErrorParams& params) {
      params.add("limit", limit);
      return std::string(before).append(std::to_string(limit)).append(after);
    });
    return false;
  }

  [[noreturn, gnu::noinline]] void refuse_depth() const {
    throw Error(sqlstate::kTooLarge, "the value is nested too deep for its schema: more than " +
                                         std::to_string(limits_.evaluation_depth) + " levels");
  }

  // ---- cost

  void count_step() {
    if (--countdown_ == 0) poll();
  }

  [[gnu::noinline]] void poll() {
    countdown_ = kPollInterval;
    if (stop_()) throw Stopped{};
    if (steps_left_ > kPollInterval) {
      steps_left_ -= kPollInterval;
      return;
    }
    if (extended_) {
      throw Error(sqlstate::kTooLarge, "the schema is too costly for the value", {},
                  "Branches of the schema multiply, for example through allOf and $ref.");
    }
    // A large value may take more steps than a small one.
    extended_ = true;
    steps_left_ = kPollInterval + limits_.steps_per_value * count_values(root_, 0);
  }

  [[nodiscard]] static std::uint64_t count_values(View value, std::uint32_t depth) {
    constexpr std::uint32_t kMaxDepth = 64;
    std::uint64_t count = 1;
    if (depth == kMaxDepth) return count;
    if (value.kind() == Kind::kArray) {
      for (auto cursor = value.elements(); cursor.next();) count += count_values(cursor.value(), depth + 1);
    } else if (value.kind() == Kind::kObject) {
      for (auto cursor = value.members(); cursor.next();) count += count_values(cursor.value(), depth + 1);
    }
    return count;
  }

  const Limits& limits_;
  const Node& start_;
  View root_;
  const StopPredicate& stop_;
  Sink& sink_;
  const Scope* scope_ = nullptr;
  std::uint64_t steps_left_ = 0;
  std::uint32_t depth_ = 0;
  std::uint32_t countdown_ = kPollInterval;
  bool extended_ = false;
};

}  // namespace command_center::json_schema
