// Applies a program to a value of any view. One template is both passes: with NoCollector it stops at the
// first failure and allocates nothing; with Collector it goes on and records every failure. So the two cannot
// disagree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/collector.hpp"
#include "extension/core/json_schema/marks.hpp"
#include "extension/core/json_schema/program.hpp"
#include "extension/core/json_schema/stop_predicate.hpp"
#include "extension/core/json_schema/values/decimal.hpp"
#include "extension/core/json_schema/values/kind.hpp"

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

  // evaluate_numbers.hpp
  [[nodiscard]] static bool holds(NumberRules::Relation relation, int order) noexcept;
  [[nodiscard]] bool check_number(const Node& node, View value);
  [[gnu::noinline]] void refuse_bound(const Node& node, const NumberRules::Check& check);

  // evaluate_strings.hpp
  [[nodiscard]] bool check_string(const Node& node, View value);
  [[nodiscard]] bool check_length(const Node& node, std::string_view text);
  [[gnu::noinline]] bool check_content(const Node& node, std::string_view text);
  [[nodiscard]] bool matches(const patterns::Pattern& pattern, std::string_view text);

  // evaluate_arrays.hpp
  [[nodiscard]] bool check_array(const Node& node, View value, Marks* marks);
  [[nodiscard]] bool check_items(const ArrayRules& rules, View value, Marks* marks);
  [[nodiscard]] bool check_contains(const Node& node, View value, Marks* marks);
  [[gnu::noinline]] bool check_unique(const Node& node, View value);

  // evaluate_objects.hpp
  [[nodiscard]] bool check_object(const Node& node, View value, Marks* marks);
  [[nodiscard]] bool check_members(const Node& node, View value, Marks* marks);
  [[nodiscard]] bool check_further(const Node& node, std::string_view key, View value, bool matched,
                                   Marks* marks, std::uint32_t index);
  [[nodiscard]] bool check_name(const Node& node, std::string_view key);
  [[nodiscard]] bool check_dependencies(const Node& node, View value, Marks* marks);

  // evaluate_logic.hpp
  [[nodiscard]] bool check_logic(const Node& node, View value, Marks* marks);
  [[nodiscard]] static bool is_listed(const EnumerationRule& rule, View value);
  [[nodiscard]] const Node& target_of(const DynamicReference& reference) const;
  [[nodiscard]] bool check_branch(const Node& branch, View value, Marks* marks);
  [[gnu::noinline]] bool check_marking_branch(const Node& branch, View value, Marks& marks);
  [[nodiscard]] bool check_any_of(const Node& node, View value, Marks* marks);
  [[nodiscard]] bool check_one_of(const Node& node, View value, Marks* marks);
  [[nodiscard]] bool check_not(const Node& node, View value);
  [[nodiscard]] bool check_condition(const LogicRules& rules, View value, Marks* marks);
  [[nodiscard]] bool condition_holds(const LogicRules& rules, View value, Marks* marks);

  // evaluate_unevaluated.hpp
  [[gnu::noinline]] bool check_unevaluated(const Node& node, View value, Marks* outer);
  [[nodiscard]] bool check_unevaluated_members(const Node& node, View value, const Marks& marks);
  [[nodiscard]] bool check_unevaluated_elements(const Node& node, View value, const Marks& marks);

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
