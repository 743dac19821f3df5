// Runs the rules of lint over the schemas of a document.
#include "extension/core/json_schema/lint.hpp"

#include <array>
#include <string>
#include <string_view>

#include "extension/core/json_schema/formats/formats.hpp"
#include "extension/core/json_schema/keywords.hpp"
#include "extension/core/json_schema/lint_metaschema.hpp"
#include "extension/core/json_schema/patterns/pattern_facts.hpp"

namespace command_center::json_schema {

namespace {

using values::Decimal;
using values::Kind;
using values::Value;

class SchemaLinter {
 public:
  SchemaLinter(SchemaIndex& index, const Site& site, const AcceptsAt& accepts)
      : index_(index),
        site_(site),
        schema_(*site.value),
        dialect_(site.resource->dialect),
        accepts_(accepts) {}

  void run() {
    check_keywords();
    check_format();
    check_pattern();
    check_strings();
    check_arrays();
    check_objects();
    check_bounds();
    check_required();
    check_own_values();
  }

 private:
  [[nodiscard]] const Value* get(std::string_view keyword) const noexcept {
    return values::find_member(schema_, keyword);
  }
  [[nodiscard]] bool has(std::string_view keyword) const noexcept { return get(keyword) != nullptr; }

  void warn(std::string_view code, std::string message) {
    index_.report(Severity::kWarning, code, site_, std::move(message));
  }
  void refuse(std::string_view code, std::string message) {
    index_.report(Severity::kError, code, site_, std::move(message));
  }

  [[nodiscard]] bool names_type(std::string_view name) const noexcept {
    const Value* type = get("type");
    if (type == nullptr) return false;
    if (type->kind == Kind::kString) return type->string() == name;
    for (std::uint32_t i = 0; type->kind == Kind::kArray && i < type->size; ++i) {
      if (type->elements[i].kind == Kind::kString && type->elements[i].string() == name) return true;
    }
    return false;
  }

  [[nodiscard]] bool lists_its_values() const noexcept { return has("enum") || has("const"); }

  // A branch of a schema refines another one; bounds may stand there.
  [[nodiscard]] bool is_branch() const noexcept {
    constexpr std::array<std::string_view, 9> kBranches{
        "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"};
    const Site* holder = &site_;
    if (holder->above != nullptr && index_.find(*holder->above->value) == nullptr) holder = holder->above;
    for (const std::string_view branch : kBranches) {
      if (holder->above != nullptr && holder->token == branch) return true;
    }
    return false;
  }

  void check_keywords() {
    const bool reference_only = dialect_.draft <= Draft::k7 && has("$ref");
    for (std::uint32_t i = 0; i < schema_.size; ++i) {
      const std::string_view name = schema_.members[i].key;
      const KeywordInfo* info = find_keyword(name);
      if (info == nullptr) {
        if (name.substr(0, 2) != "x-") refuse(name, "unknown keyword \"" + std::string(name) + "\"");
      } else if (!belongs(*info, dialect_.draft)) {
        check_foreign_keyword(*info);
      } else if (reference_only && info->keyword != Keyword::kRef && info->holds != Holds::kSchemaMap) {
        warn(name, "is ignored beside $ref in " + std::string(name_of(dialect_.draft)));
      } else if (!applies(*info, dialect_)) {
        warn(name, "belongs to a vocabulary that the metaschema leaves out");
      }
    }
  }

  void check_foreign_keyword(const KeywordInfo& info) {
    const std::string draft(name_of(dialect_.draft));
    if (applies(info, dialect_)) {
      warn(info.name, "was replaced before " + draft + " and is applied as before");
    } else {
      refuse(info.name, "is a keyword of another draft than " + draft);
    }
  }

  void check_format() {
    const Value* format = get("format");
    if (format == nullptr || format->kind != Kind::kString ||
        formats::find_format(format->string()) != nullptr)
      return;
    refuse("format", "unknown format \"" + std::string(format->string()) + "\"");
  }

  void check_pattern() {
    const Value* pattern = get("pattern");
    if (pattern == nullptr || pattern->kind != Kind::kString) return;
    if (!patterns::facts_about(pattern->string()).is_anchored) {
      warn("pattern", "is not anchored with ^ and $, so that it matches anywhere in the string");
    }
  }

  void check_strings() {
    if (!names_type("string") || has("maxLength") || lists_its_values() || is_branch()) return;
    const Value* pattern = get("pattern");
    if (pattern != nullptr && pattern->kind == Kind::kString) {
      const patterns::PatternFacts facts = patterns::facts_about(pattern->string());
      if (facts.is_anchored && facts.is_finite) return;
    }
    if (has_short_format()) return;
    warn("unbounded-string", "a string without maxLength has no bound");
  }

  [[nodiscard]] bool has_short_format() const noexcept {
    constexpr std::array<std::string_view, 8> kShort{"date", "time", "date-time", "duration",
                                                     "uuid", "ipv4", "ipv6",      "hostname"};
    const Value* format = get("format");
    if (format == nullptr || format->kind != Kind::kString) return false;
    for (const std::string_view name : kShort) {
      if (format->string() == name) return true;
    }
    return false;
  }

  void check_arrays() {
    if (!names_type("array") || has("maxItems") || lists_its_values() || is_branch()) return;
    const Value* rest = get(dialect_.draft == Draft::k2020 ? "items" : "additionalItems");
    if (rest != nullptr && rest->kind == Kind::kBoolean && !rest->boolean) return;
    warn("unbounded-array", "an array without maxItems has no bound");
  }

  void check_objects() {
    const bool describes_object = names_type("object") || has("properties");
    if (!describes_object || lists_its_values() || is_branch()) return;
    if (has("additionalProperties") || has("unevaluatedProperties")) return;
    warn("open-object", "an object without additionalProperties accepts properties nobody described");
  }

  [[nodiscard]] const Decimal* number(std::string_view keyword) const noexcept {
    const Value* value = get(keyword);
    return value != nullptr && value->kind == Kind::kNumber ? value->number : nullptr;
  }

  void check_bounds() {
    enum class Equal { kAllowed, kContradicts };
    const auto check_pair = [this](std::string_view least, std::string_view most, Equal equal) {
      const Decimal* low = number(least);
      const Decimal* high = number(most);
      if (low == nullptr || high == nullptr) return;
      const int order = compare(*low, *high);
      if (order < 0 || (order == 0 && equal == Equal::kAllowed)) return;
      warn(least, "contradicts " + std::string(most) + ": nothing can satisfy both");
    };
    check_pair("minimum", "maximum", Equal::kAllowed);
    check_pair("minLength", "maxLength", Equal::kAllowed);
    check_pair("minItems", "maxItems", Equal::kAllowed);
    check_pair("minProperties", "maxProperties", Equal::kAllowed);
    check_pair("minContains", "maxContains", Equal::kAllowed);
    check_pair("exclusiveMinimum", "maximum", Equal::kContradicts);
    check_pair("minimum", "exclusiveMaximum", Equal::kContradicts);
    check_pair("exclusiveMinimum", "exclusiveMaximum", Equal::kContradicts);
  }

  void check_required() {
    const Value* required = get("required");
    if (required == nullptr || required->kind != Kind::kArray) return;
    std::int64_t most = 0;
    const Decimal* limit = number("maxProperties");
    if (limit != nullptr && to_int64(*limit, most) && most < std::int64_t{required->size}) {
      warn("required", "names more properties than maxProperties allows");
    }
    const Value* additional = get("additionalProperties");
    const bool closed = additional != nullptr && additional->kind == Kind::kBoolean && !additional->boolean;
    if (!closed || has("patternProperties")) return;
    const Value* properties = get("properties");
    for (std::uint32_t i = 0; i < required->size; ++i) {
      const Value& name = required->elements[i];
      if (name.kind != Kind::kString) continue;
      if (properties != nullptr && values::find_entry(*properties, name.string()) != nullptr) continue;
      warn("required", "property \"" + std::string(name.string()) +
                           "\" is required, but additionalProperties refuses it");
    }
  }

  void check_own_values() {
    if (!accepts_) return;
    if (const Value* value = get("default"); value != nullptr && !accepts_(site_, *value)) {
      warn("default", "does not satisfy its own schema");
    }
    const Value* examples = get("examples");
    for (std::uint32_t i = 0; examples != nullptr && examples->kind == Kind::kArray && i < examples->size;
         ++i) {
      if (accepts_(site_, examples->elements[i])) continue;
      warn("examples", "example " + std::to_string(i) + " does not satisfy its own schema");
    }
  }

  SchemaIndex& index_;
  const Site& site_;
  const Value& schema_;
  const Dialect& dialect_;
  const AcceptsAt& accepts_;
};

}  // namespace

void lint(SchemaIndex& index, const SchemaRegistry& registry, const AcceptsAt& accepts) {
  lint_against_metaschema(index, registry);
  // The list may not grow meanwhile: lint resolves nothing.
  for (const Site* site : index.schemas()) {
    if (site->resource->document != 0 || site->value->kind != Kind::kObject) continue;
    SchemaLinter(index, *site, accepts).run();
  }
}

}  // namespace command_center::json_schema
