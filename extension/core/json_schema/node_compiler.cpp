// Compiles the keywords of one schema object, group by group.
#include "extension/core/json_schema/node_compiler.hpp"

#include <algorithm>
#include <utility>

#include "extension/core/json_schema/uri.hpp"
#include "extension/core/json_schema/values/utf8.hpp"

namespace command_center::json_schema {

using values::Decimal;
using values::Kind;
using values::Member;
using values::Value;

namespace {

// The kinds a type name allows; `integer` is a number with a condition.
bool find_type(std::string_view name, values::KindSet& kinds, bool& is_integer) noexcept {
  struct TypeName {
    std::string_view name;
    Kind kind;
  };
  static constexpr TypeName kTypes[] = {{"null", Kind::kNull},     {"boolean", Kind::kBoolean},
                                        {"object", Kind::kObject}, {"array", Kind::kArray},
                                        {"number", Kind::kNumber}, {"string", Kind::kString},
                                        {"integer", Kind::kNumber}};
  for (const TypeName& type : kTypes) {
    if (type.name != name) continue;
    is_integer = name == "integer";
    kinds = set_of(type.kind);
    return true;
  }
  return false;
}

Bound make_bound(const Decimal& decimal) noexcept {
  Bound bound;
  bound.decimal = decimal;
  bound.is_integer = to_int64(decimal, bound.integer);
  return bound;
}

}  // namespace

NodeCompiler::NodeCompiler(Compiler& compiler, Node& node)
    : compiler_(compiler), node_(node), schema_(*node.site->value), dialect_(node.site->resource->dialect) {}

void NodeCompiler::compile() {
  if (schema_.kind == Kind::kBoolean) {
    node_.never = !schema_.boolean;
    node_.trivial = schema_.boolean;
    return;
  }
  if (schema_.kind != Kind::kObject) {
    compiler_.index().report(Severity::kError, "schema", *node_.site,
                             "a schema must be an object or a boolean");
    return;
  }
  collect_keywords();
  compile_type();
  compile_numbers();
  compile_strings();
  compile_arrays();
  compile_objects();
  compile_logic();
  node_.numbers = numbers_;
  node_.strings = strings_;
  node_.arrays = arrays_;
  node_.objects = objects_;
  node_.logic = logic_;
  node_.trivial = node_.kinds == values::kAnyKind && !node_.integers_only && numbers_ == nullptr &&
                  strings_ == nullptr && arrays_ == nullptr && objects_ == nullptr && logic_ == nullptr;
}

// Up to draft-07 a reference hides its siblings.
void NodeCompiler::collect_keywords() {
  const Value* reference = values::find_member(schema_, "$ref");
  const bool reference_only = dialect_.draft <= Draft::k7 && reference != nullptr;
  for (std::uint32_t i = 0; i < schema_.size; ++i) {
    const Member& member = schema_.members[i];
    const KeywordInfo* info = find_keyword(member.key);
    if (info == nullptr || !applies(*info, dialect_)) continue;
    if (reference_only && info->keyword != Keyword::kRef) continue;
    found_[static_cast<std::size_t>(info->keyword)] = {&member.value, info->name};
  }
}

void NodeCompiler::refuse(Keyword keyword, std::string reason) {
  compiler_.index().report(Severity::kError, name(keyword), *node_.site, std::move(reason));
}

void NodeCompiler::refuse_pattern(Keyword keyword, std::string_view pattern, const std::string& reason) {
  constexpr std::size_t kMaxShown = 200;
  refuse(keyword,
         "pattern \"" + std::string(values::utf8_prefix(pattern, kMaxShown)) + "\" is refused: " + reason);
}

NumberRules& NodeCompiler::numbers() {
  return *(numbers_ != nullptr ? numbers_ : numbers_ = &compiler_.new_number_rules());
}
StringRules& NodeCompiler::strings() {
  return *(strings_ != nullptr ? strings_ : strings_ = &compiler_.new_string_rules());
}
ArrayRules& NodeCompiler::arrays() {
  return *(arrays_ != nullptr ? arrays_ : arrays_ = &compiler_.new_array_rules());
}
ObjectRules& NodeCompiler::objects() {
  return *(objects_ != nullptr ? objects_ : objects_ = &compiler_.new_object_rules());
}
LogicRules& NodeCompiler::logic() {
  return *(logic_ != nullptr ? logic_ : logic_ = &compiler_.new_logic_rules());
}

const Node* NodeCompiler::subschema_at(Keyword keyword, const Value& value) {
  const Site* site = compiler_.index().find(value);
  if (site != nullptr) return compiler_.node_for(*site);
  refuse(keyword, "a schema must be an object or a boolean");
  return nullptr;
}

const Node* NodeCompiler::subschema(Keyword keyword) {
  const Value* value = get(keyword);
  return value == nullptr ? nullptr : subschema_at(keyword, *value);
}

std::vector<const Node*> NodeCompiler::subschema_list(Keyword keyword) {
  std::vector<const Node*> nodes;
  const Value* value = get(keyword);
  if (value == nullptr) return nodes;
  const bool may_be_empty = keyword == Keyword::kItems;
  if (value->kind != Kind::kArray || (value->size == 0 && !may_be_empty)) {
    refuse(keyword, "must be a non-empty array of schemas");
    return nodes;
  }
  for (std::uint32_t i = 0; i < value->size; ++i) {
    if (const Node* node = subschema_at(keyword, value->elements[i])) nodes.push_back(node);
  }
  return nodes;
}

// A non-negative integer; one that is too large to matter becomes the largest.
bool NodeCompiler::read_count(Keyword keyword, std::uint64_t& count) {
  const Value* value = get(keyword);
  if (value == nullptr) return false;
  if (value->kind != Kind::kNumber || !is_integer(*value->number) || value->number->negative) {
    refuse(keyword, "must be a non-negative integer");
    return false;
  }
  std::int64_t integer = 0;
  count = to_int64(*value->number, integer) ? static_cast<std::uint64_t>(integer) : kUnlimited;
  return true;
}

std::vector<std::string_view> NodeCompiler::read_names(Keyword keyword, const Value& value) {
  std::vector<std::string_view> names;
  const bool is_array = value.kind == Kind::kArray;
  for (std::uint32_t i = 0; is_array && i < value.size; ++i) {
    if (value.elements[i].kind == Kind::kString) names.push_back(value.elements[i].string());
  }
  if (!is_array || names.size() != value.size) refuse(keyword, "must be an array of strings");
  std::sort(names.begin(), names.end(), [](auto a, auto b) { return values::compare_keys(a, b) < 0; });
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void NodeCompiler::compile_type() {
  const Value* value = get(Keyword::kType);
  if (value == nullptr) return;
  const Value* first = value->kind == Kind::kArray ? value->elements : value;
  const std::uint32_t count = value->kind == Kind::kArray ? value->size : 1;
  values::KindSet allowed = 0;
  bool any_number = false;
  bool only_integers = false;
  for (std::uint32_t i = 0; i < count; ++i) {
    values::KindSet kinds = 0;
    bool is_integer_type = false;
    if (first[i].kind != Kind::kString || !find_type(first[i].string(), kinds, is_integer_type)) {
      refuse(Keyword::kType, "must be one of the seven type names, or an array of them");
      return;
    }
    allowed = static_cast<values::KindSet>(allowed | kinds);
    only_integers = only_integers || is_integer_type;
    any_number = any_number || (kinds == set_of(Kind::kNumber) && !is_integer_type);
  }
  node_.kinds = allowed;
  node_.types = value;
  node_.integers_only = only_integers && !any_number;
  node_.no_fraction_part = node_.integers_only && dialect_.draft == Draft::k4;
}

void NodeCompiler::compile_numbers() {
  using Relation = NumberRules::Relation;
  compile_bound(Keyword::kMinimum, Keyword::kExclusiveMinimum, Relation::kAtLeast, Relation::kMoreThan);
  compile_bound(Keyword::kMaximum, Keyword::kExclusiveMaximum, Relation::kAtMost, Relation::kLessThan);
  compile_multiple_of();
}

// In draft-04 the exclusive keyword is a boolean that sharpens the inclusive one.
void NodeCompiler::compile_bound(Keyword inclusive, Keyword exclusive, NumberRules::Relation relation,
                                 NumberRules::Relation strict) {
  const Value* bound = get(inclusive);
  const Value* sharper = get(exclusive);
  if (dialect_.draft == Draft::k4) {
    const bool is_strict = sharper != nullptr && sharper->kind == Kind::kBoolean && sharper->boolean;
    if (sharper != nullptr && sharper->kind != Kind::kBoolean)
      refuse(exclusive, "must be a boolean in draft-04");
    if (bound != nullptr) add_check(is_strict ? strict : relation, inclusive, *bound);
    return;
  }
  if (bound != nullptr) add_check(relation, inclusive, *bound);
  if (sharper != nullptr) add_check(strict, exclusive, *sharper);
}

void NodeCompiler::add_check(NumberRules::Relation relation, Keyword keyword, const Value& value) {
  if (value.kind != Kind::kNumber) {
    refuse(keyword, "must be a number");
    return;
  }
  numbers().checks.push_back({relation, make_bound(*value.number), name(keyword)});
}

void NodeCompiler::compile_multiple_of() {
  const Value* value = get(Keyword::kMultipleOf);
  if (value == nullptr) return;
  if (value->kind != Kind::kNumber || value->number->negative || value->number->count == 0) {
    refuse(Keyword::kMultipleOf, "must be a number greater than zero");
    return;
  }
  const auto divisor = values::Divisor::prepare(*value->number);
  if (!divisor) {
    refuse(Keyword::kMultipleOf,
           "has more than " + std::to_string(values::Divisor::kMaxDigits) + " significant digits");
    return;
  }
  numbers().multiple_of.push_back(*divisor);
  numbers().divisor_text = *value->number;
}

void NodeCompiler::compile_strings() {
  std::uint64_t count = 0;
  if (read_count(Keyword::kMinLength, count)) strings().min_length = count;
  if (read_count(Keyword::kMaxLength, count)) strings().max_length = count;
  if (const Value* value = get(Keyword::kPattern)) compile_pattern(*value);
  if (const Value* value = get(Keyword::kFormat)) compile_format(*value);
  if (dialect_.draft == Draft::k7) compile_content();
}

void NodeCompiler::compile_pattern(const Value& value) {
  if (value.kind != Kind::kString) {
    refuse(Keyword::kPattern, "must be a string");
    return;
  }
  std::string refusal;
  const patterns::Pattern* pattern = compiler_.pattern(value.string(), refusal);
  if (pattern == nullptr) {
    refuse_pattern(Keyword::kPattern, value.string(), refusal);
    return;
  }
  strings().pattern = pattern;
  strings().pattern_text = value.string();
}

void NodeCompiler::compile_format(const Value& value) {
  if (value.kind != Kind::kString) {
    refuse(Keyword::kFormat, "must be a string");
    return;
  }
  const bool asserted =
      compiler_.options().formats == FormatMode::kAssert || dialect_.has(Vocabulary::kFormatAssertion);
  const formats::Check check = asserted ? formats::find_format(value.string()) : nullptr;
  if (check == nullptr) return;
  strings().format = check;
  strings().format_name = value.string();
}

// Only draft-07 lets the content be checked; later drafts make it an annotation.
void NodeCompiler::compile_content() {
  const auto is_string = [](const Value* value, std::string_view wanted) {
    return value != nullptr && value->kind == Kind::kString && value->string() == wanted;
  };
  if (is_string(get(Keyword::kContentMediaType), "application/json")) strings().json_content = true;
  if (is_string(get(Keyword::kContentEncoding), "base64")) strings().base64_content = true;
}

void NodeCompiler::compile_arrays() {
  std::uint64_t count = 0;
  if (read_count(Keyword::kMinItems, count)) arrays().min_items = count;
  if (read_count(Keyword::kMaxItems, count)) arrays().max_items = count;
  if (const Value* value = get(Keyword::kUniqueItems)) {
    if (value->kind != Kind::kBoolean) {
      refuse(Keyword::kUniqueItems, "must be a boolean");
    } else if (value->boolean) {
      arrays().unique = true;
    }
  }
  compile_items();
  compile_contains();
}

void NodeCompiler::compile_items() {
  const Value* items = get(Keyword::kItems);
  if (dialect_.draft == Draft::k2020) {
    auto prefix = subschema_list(Keyword::kPrefixItems);
    if (!prefix.empty()) {
      arrays().prefix = std::move(prefix);
      arrays().prefix_keyword = name(Keyword::kPrefixItems);
    }
    if (items != nullptr && items->kind == Kind::kArray) {
      refuse(Keyword::kItems, "must be a schema; an array of schemas is written prefixItems in 2020-12");
    } else if (const Node* rest = subschema(Keyword::kItems)) {
      arrays().rest = rest;
      arrays().rest_keyword = name(Keyword::kItems);
    }
    return;
  }
  if (items == nullptr) return;
  if (items->kind != Kind::kArray) {
    arrays().rest = subschema(Keyword::kItems);
    arrays().rest_keyword = name(Keyword::kItems);
    return;
  }
  arrays().prefix = subschema_list(Keyword::kItems);
  arrays().prefix_keyword = name(Keyword::kItems);
  if (const Node* rest = subschema(Keyword::kAdditionalItems)) {
    arrays().rest = rest;
    arrays().rest_keyword = name(Keyword::kAdditionalItems);
  }
}

void NodeCompiler::compile_contains() {
  const Node* contains = subschema(Keyword::kContains);
  if (contains == nullptr) return;
  ArrayRules& rules = arrays();
  rules.contains = contains;
  rules.contains_evaluates = dialect_.draft == Draft::k2020;
  rules.min_contains_keyword = "contains";
  std::uint64_t count = 0;
  if (read_count(Keyword::kMinContains, count)) {
    rules.min_contains = count;
    rules.min_contains_keyword = name(Keyword::kMinContains);
  }
  if (read_count(Keyword::kMaxContains, count)) rules.max_contains = count;
}

void NodeCompiler::compile_objects() {
  std::uint64_t count = 0;
  if (read_count(Keyword::kMinProperties, count)) objects().min_properties = count;
  if (read_count(Keyword::kMaxProperties, count)) objects().max_properties = count;
  compile_properties();
  compile_pattern_properties();
  if (const Node* additional = subschema(Keyword::kAdditionalProperties)) objects().additional = additional;
  if (const Node* names = subschema(Keyword::kPropertyNames)) objects().names = names;
  compile_dependencies();
}

// Merges `properties` and `required`, both in the order of keys.
void NodeCompiler::compile_properties() {
  const Value* properties = get(Keyword::kProperties);
  const Value* required = get(Keyword::kRequired);
  std::vector<PropertyRule> rules;
  if (properties != nullptr && properties->kind != Kind::kObject) {
    refuse(Keyword::kProperties, "must be an object of schemas");
  } else if (properties != nullptr) {
    for (std::uint32_t i = 0; i < properties->size; ++i) {
      const Member& member = properties->members[i];
      rules.push_back({member.key, subschema_at(Keyword::kProperties, member.value), false});
    }
  }
  if (required != nullptr) {
    const auto before = [](const PropertyRule& rule, std::string_view wanted) {
      return values::compare_keys(rule.name, wanted) < 0;
    };
    for (const std::string_view wanted : read_names(Keyword::kRequired, *required)) {
      const auto place = std::lower_bound(rules.begin(), rules.end(), wanted, before);
      if (place != rules.end() && place->name == wanted) {
        place->required = true;
      } else {
        rules.insert(place, {wanted, nullptr, true});
      }
    }
  }
  if (!rules.empty()) objects().properties = std::move(rules);
}

void NodeCompiler::compile_pattern_properties() {
  const Value* value = get(Keyword::kPatternProperties);
  if (value == nullptr) return;
  if (value->kind != Kind::kObject) {
    refuse(Keyword::kPatternProperties, "must be an object of schemas");
    return;
  }
  for (std::uint32_t i = 0; i < value->size; ++i) {
    const Member& member = value->members[i];
    std::string refusal;
    const patterns::Pattern* pattern = compiler_.pattern(member.key, refusal);
    if (pattern == nullptr) {
      refuse_pattern(Keyword::kPatternProperties, member.key, refusal);
      continue;
    }
    objects().patterns.push_back(
        {pattern, member.key, subschema_at(Keyword::kPatternProperties, member.value)});
  }
}

void NodeCompiler::compile_dependencies() {
  for (const Keyword keyword :
       {Keyword::kDependencies, Keyword::kDependentRequired, Keyword::kDependentSchemas}) {
    const Value* value = get(keyword);
    if (value == nullptr) continue;
    if (value->kind != Kind::kObject) {
      refuse(keyword, "must be an object");
      continue;
    }
    for (std::uint32_t i = 0; i < value->size; ++i) add_dependency(keyword, value->members[i]);
  }
}

void NodeCompiler::add_dependency(Keyword keyword, const Member& member) {
  const bool names = keyword == Keyword::kDependentRequired ||
                     (keyword == Keyword::kDependencies && member.value.kind == Kind::kArray);
  DependencyRule rule;
  rule.name = member.key;
  rule.keyword = name(keyword);
  if (names) {
    rule.required = read_names(keyword, member.value);
  } else {
    rule.node = subschema_at(keyword, member.value);
  }
  objects().dependencies.push_back(std::move(rule));
}

void NodeCompiler::compile_logic() {
  compile_enumeration(Keyword::kConst);
  compile_enumeration(Keyword::kEnum);
  compile_references();
  if (get(Keyword::kAllOf) != nullptr) logic().all_of = subschema_list(Keyword::kAllOf);
  if (get(Keyword::kAnyOf) != nullptr) logic().any_of = subschema_list(Keyword::kAnyOf);
  if (get(Keyword::kOneOf) != nullptr) logic().one_of = subschema_list(Keyword::kOneOf);
  if (const Node* node = subschema(Keyword::kNot)) logic().negated = node;
  if (const Node* condition = subschema(Keyword::kIf)) {
    const Node* consequence = subschema(Keyword::kThen);
    const Node* alternative = subschema(Keyword::kElse);
    logic().condition = condition;
    logic().consequence = consequence;
    logic().alternative = alternative;
  }
  compile_unevaluated();
}

void NodeCompiler::compile_enumeration(Keyword keyword) {
  const Value* value = get(keyword);
  if (value == nullptr) return;
  if (keyword == Keyword::kEnum && value->kind != Kind::kArray) {
    refuse(keyword, "must be an array");
    return;
  }
  EnumerationRule rule;
  rule.value = value;
  rule.keyword = name(keyword);
  const Value* first = keyword == Keyword::kEnum ? value->elements : value;
  const std::uint32_t count = keyword == Keyword::kEnum ? value->size : 1;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (first[i].kind == Kind::kString) {
      rule.strings.push_back(first[i].string());
    } else {
      rule.others.push_back(&first[i]);
    }
  }
  std::sort(rule.strings.begin(), rule.strings.end(),
            [](auto a, auto b) { return values::compare_keys(a, b) < 0; });
  logic().enumerations.push_back(std::move(rule));
}

void NodeCompiler::compile_references() {
  if (const Value* value = get(Keyword::kRef)) {
    if (value->kind != Kind::kString) {
      refuse(Keyword::kRef, "must be a string");
    } else if (const Site* target =
                   compiler_.index().resolve(*node_.site, name(Keyword::kRef), value->string())) {
      logic().reference = compiler_.node_for(*target);
    }
  }
  compile_dynamic_reference(Keyword::kDynamicRef);
  compile_dynamic_reference(Keyword::kRecursiveRef);
}

// A reference is dynamic only if its static target defines the very name as a dynamic anchor.
void NodeCompiler::compile_dynamic_reference(Keyword keyword) {
  const Value* value = get(keyword);
  if (value == nullptr) return;
  if (value->kind != Kind::kString) {
    refuse(keyword, "must be a string");
    return;
  }
  const Site* target = compiler_.index().resolve(*node_.site, name(keyword), value->string());
  if (target == nullptr) return;
  DynamicReference reference;
  reference.keyword = name(keyword);
  reference.fallback = compiler_.node_for(*target);
  const auto& anchors = target->resource->dynamic_anchors;
  const std::string fragment = percent_decode(split_fragment(value->string()).fragment);
  const auto anchor =
      anchors.find(keyword == Keyword::kRecursiveRef ? std::string_view() : std::string_view(fragment));
  if (anchor != anchors.end() && anchor->second == target) {
    reference.dynamic = true;
    reference.name = anchor->first;
  }
  logic().dynamic_references.push_back(reference);
}

void NodeCompiler::compile_unevaluated() {
  if (const Node* node = subschema(Keyword::kUnevaluatedItems)) logic().unevaluated_items = node;
  if (const Node* node = subschema(Keyword::kUnevaluatedProperties)) logic().unevaluated_properties = node;
}

}  // namespace command_center::json_schema
