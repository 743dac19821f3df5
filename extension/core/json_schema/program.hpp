// The compiled form of a schema: one node per schema object, its keywords grouped by the kind of instance
// they look at.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "extension/core/json_schema/formats/formats.hpp"
#include "extension/core/json_schema/options.hpp"
#include "extension/core/json_schema/patterns/pattern.hpp"
#include "extension/core/json_schema/schema_index.hpp"
#include "extension/core/json_schema/values/decimal.hpp"
#include "extension/core/json_schema/values/divisor.hpp"
#include "extension/core/json_schema/values/document.hpp"
#include "extension/core/json_schema/values/kind.hpp"

namespace command_center::json_schema {

struct Node;

inline constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

// A number a keyword compares with, as an integer too if it is one that fits.
struct Bound {
  values::Decimal decimal;
  std::int64_t integer = 0;
  bool is_integer = false;
};

struct NumberRules {
  enum class Relation : std::uint8_t { kAtLeast, kAtMost, kMoreThan, kLessThan };
  struct Check {
    Relation relation;
    Bound bound;
    std::string_view keyword;
  };
  std::vector<Check> checks;
  std::vector<values::Divisor> multiple_of;  // one or none
  values::Decimal divisor_text;
};

struct StringRules {
  std::uint64_t min_length = 0;
  std::uint64_t max_length = kUnlimited;
  const patterns::Pattern* pattern = nullptr;
  std::string_view pattern_text;
  formats::Check format = nullptr;
  std::string_view format_name;
  bool json_content = false;    // draft-07 contentMediaType application/json
  bool base64_content = false;  // draft-07 contentEncoding base64
};

struct ArrayRules {
  std::uint64_t min_items = 0;
  std::uint64_t max_items = kUnlimited;
  bool unique = false;
  std::vector<const Node*> prefix;
  std::string_view prefix_keyword;
  const Node* rest = nullptr;
  std::string_view rest_keyword;
  const Node* contains = nullptr;
  std::uint64_t min_contains = 1;
  std::uint64_t max_contains = kUnlimited;
  std::string_view min_contains_keyword;
  bool contains_evaluates = false;  // 2020-12: what `contains` matched counts as evaluated
};

struct PropertyRule {
  std::string_view name;
  const Node* node = nullptr;  // null when only required
  bool required = false;
};

struct PatternRule {
  const patterns::Pattern* pattern;
  std::string_view text;
  const Node* node;
};

// What follows from the presence of a property.
struct DependencyRule {
  std::string_view name;
  std::string_view keyword;
  std::vector<std::string_view> required;
  const Node* node = nullptr;
};

struct ObjectRules {
  std::uint64_t min_properties = 0;
  std::uint64_t max_properties = kUnlimited;
  // `properties` and `required` in the order of jsonb's keys: one pass over an object checks both.
  std::vector<PropertyRule> properties;
  std::vector<PatternRule> patterns;
  const Node* additional = nullptr;
  const Node* names = nullptr;
  std::vector<DependencyRule> dependencies;
};

// `const` and `enum`.
struct EnumerationRule {
  std::vector<const values::Value*> others;  // everything but strings
  std::vector<std::string_view> strings;     // in the order of jsonb's keys
  const values::Value* value = nullptr;      // as written
  std::string_view keyword;
};

// A reference whose target depends on the resources entered before: the outermost one that defines the name
// wins.
struct DynamicReference {
  std::string_view keyword;
  std::string_view name;
  const Node* fallback = nullptr;
  bool dynamic = false;
};

struct LogicRules {
  std::vector<EnumerationRule> enumerations;
  const Node* reference = nullptr;
  std::vector<DynamicReference> dynamic_references;  // one or none
  std::vector<const Node*> all_of;
  std::vector<const Node*> any_of;
  std::vector<const Node*> one_of;
  const Node* negated = nullptr;
  const Node* condition = nullptr;
  const Node* consequence = nullptr;
  const Node* alternative = nullptr;
  const Node* unevaluated_items = nullptr;
  const Node* unevaluated_properties = nullptr;
};

// The dynamic anchors of one schema resource.
struct DynamicScopeEntry {
  std::unordered_map<std::string_view, const Node*> anchors;
};

// One schema object. Null groups have no keyword.
struct Node {
  values::KindSet kinds = values::kAnyKind;
  bool integers_only = false;     // numbers must be integers
  bool no_fraction_part = false;  // draft-04: and written without a fraction
  bool trivial = true;            // accepts everything
  bool never = false;             // the schema `false`
  const NumberRules* numbers = nullptr;
  const StringRules* strings = nullptr;
  const ArrayRules* arrays = nullptr;
  const ObjectRules* objects = nullptr;
  const LogicRules* logic = nullptr;
  const DynamicScopeEntry* scope = nullptr;  // of its resource; null in programs without dynamic references
  const Site* site = nullptr;
  const values::Value* types = nullptr;  // the value of `type`
};

// Immutable once compiled. Owns everything its nodes point at.
class Program {
 public:
  [[nodiscard]] const Node& root() const noexcept { return *root_; }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }
  // About what the program occupies, for a bounded cache.
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return memory_bytes_; }

 private:
  friend class Compiler;

  Limits limits_;
  const Node* root_ = nullptr;
  std::size_t memory_bytes_ = 0;
  std::unique_ptr<SchemaIndex> index_;  // documents, sites and resources
  std::deque<Node> nodes_;
  std::deque<NumberRules> numbers_;
  std::deque<StringRules> strings_;
  std::deque<ArrayRules> arrays_;
  std::deque<ObjectRules> objects_;
  std::deque<LogicRules> logic_;
  std::deque<DynamicScopeEntry> scopes_;
  std::unordered_map<std::string, std::unique_ptr<patterns::Pattern>> patterns_;
};

}  // namespace command_center::json_schema
