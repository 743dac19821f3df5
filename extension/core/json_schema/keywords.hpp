// The table of keywords: which draft and vocabulary each belongs to, and where it holds subschemas.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/core/json_schema/dialect.hpp"

namespace command_center::json_schema {

enum class Keyword : std::uint8_t {
  kSchema,
  kId,
  kLegacyId,
  kRef,
  kAnchor,
  kDynamicRef,
  kDynamicAnchor,
  kRecursiveRef,
  kRecursiveAnchor,
  kVocabulary,
  kComment,
  kDefs,
  kDefinitions,
  kAllOf,
  kAnyOf,
  kOneOf,
  kNot,
  kIf,
  kThen,
  kElse,
  kDependentSchemas,
  kDependencies,
  kPrefixItems,
  kItems,
  kAdditionalItems,
  kContains,
  kProperties,
  kPatternProperties,
  kAdditionalProperties,
  kPropertyNames,
  kUnevaluatedItems,
  kUnevaluatedProperties,
  kType,
  kEnum,
  kConst,
  kMultipleOf,
  kMaximum,
  kExclusiveMaximum,
  kMinimum,
  kExclusiveMinimum,
  kMaxLength,
  kMinLength,
  kPattern,
  kMaxItems,
  kMinItems,
  kUniqueItems,
  kMaxContains,
  kMinContains,
  kMaxProperties,
  kMinProperties,
  kRequired,
  kDependentRequired,
  kTitle,
  kDescription,
  kDefault,
  kDeprecated,
  kReadOnly,
  kWriteOnly,
  kExamples,
  kFormat,
  kContentMediaType,
  kContentEncoding,
  kContentSchema,
};

// How a keyword's value holds subschemas.
enum class Holds : std::uint8_t {
  kNothing,
  kSchema,
  kSchemaArray,
  kSchemaMap,
  kSchemaOrArray,
  kSchemaOrNamesMap,  // `dependencies`: each member a schema or an array of names
};

struct KeywordInfo {
  std::string_view name;
  Keyword keyword;
  DraftSet drafts;      // defined by these drafts
  DraftSet understood;  // and applied in these, for schemas that were carried over
  Vocabulary vocabulary;
  Holds holds;
};

// Null for a name no draft defines.
[[nodiscard]] const KeywordInfo* find_keyword(std::string_view name) noexcept;

// Whether the keyword has a meaning in the dialect.
[[nodiscard]] inline bool applies(const KeywordInfo& info, const Dialect& dialect) noexcept {
  if ((info.understood & set_of(dialect.draft)) == 0) return false;
  if (info.vocabulary == Vocabulary::kCore || info.vocabulary == Vocabulary::kFormatAnnotation) return true;
  return dialect.has(info.vocabulary);
}

// Whether the draft itself defines the keyword.
[[nodiscard]] inline bool belongs(const KeywordInfo& info, Draft draft) noexcept {
  return (info.drafts & set_of(draft)) != 0;
}

}  // namespace command_center::json_schema
