// The table of keywords, searched by name.
#include "extension/core/json_schema/keywords.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace command_center::json_schema {

namespace {

constexpr DraftSet k4 = set_of(Draft::k4);
constexpr DraftSet k2019 = set_of(Draft::k2019);
constexpr DraftSet k2020 = set_of(Draft::k2020);

using K = Keyword;
using V = Vocabulary;

// Sorted by name (bytes).
constexpr KeywordInfo kKeywords[] = {
    {"$anchor", K::kAnchor, kSince2019, kSince2019, V::kCore, Holds::kNothing},
    {"$comment", K::kComment, kSince7, kSince7, V::kCore, Holds::kNothing},
    {"$defs", K::kDefs, kSince2019, kSince2019, V::kCore, Holds::kSchemaMap},
    {"$dynamicAnchor", K::kDynamicAnchor, k2020, k2020, V::kCore, Holds::kNothing},
    {"$dynamicRef", K::kDynamicRef, k2020, k2020, V::kCore, Holds::kNothing},
    {"$id", K::kId, kSince6, kSince6, V::kCore, Holds::kNothing},
    {"$recursiveAnchor", K::kRecursiveAnchor, k2019, k2019, V::kCore, Holds::kNothing},
    {"$recursiveRef", K::kRecursiveRef, k2019, k2019, V::kCore, Holds::kNothing},
    {"$ref", K::kRef, kEveryDraft, kEveryDraft, V::kCore, Holds::kNothing},
    {"$schema", K::kSchema, kEveryDraft, kEveryDraft, V::kCore, Holds::kNothing},
    {"$vocabulary", K::kVocabulary, kSince2019, kSince2019, V::kCore, Holds::kNothing},
    {"additionalItems", K::kAdditionalItems, kUntil2019, kUntil2019, V::kApplicator, Holds::kSchema},
    {"additionalProperties", K::kAdditionalProperties, kEveryDraft, kEveryDraft, V::kApplicator,
     Holds::kSchema},
    {"allOf", K::kAllOf, kEveryDraft, kEveryDraft, V::kApplicator, Holds::kSchemaArray},
    {"anyOf", K::kAnyOf, kEveryDraft, kEveryDraft, V::kApplicator, Holds::kSchemaArray},
    {"const", K::kConst, kSince6, kSince6, V::kValidation, Holds::kNothing},
    {"contains", K::kContains, kSince6, kSince6, V::kApplicator, Holds::kSchema},
    {"contentEncoding", K::kContentEncoding, kSince7, kSince7, V::kContent, Holds::kNothing},
    {"contentMediaType", K::kContentMediaType, kSince7, kSince7, V::kContent, Holds::kNothing},
    {"contentSchema", K::kContentSchema, kSince2019, kSince2019, V::kContent, Holds::kSchema},
    {"default", K::kDefault, kEveryDraft, kEveryDraft, V::kMetaData, Holds::kNothing},
    {"definitions", K::kDefinitions, kUntil7, kEveryDraft, V::kCore, Holds::kSchemaMap},
    {"dependencies", K::kDependencies, kUntil7, kEveryDraft, V::kApplicator, Holds::kSchemaOrNamesMap},
    {"dependentRequired", K::kDependentRequired, kSince2019, kSince2019, V::kValidation, Holds::kNothing},
    {"dependentSchemas", K::kDependentSchemas, kSince2019, kSince2019, V::kApplicator, Holds::kSchemaMap},
    {"deprecated", K::kDeprecated, kSince2019, kSince2019, V::kMetaData, Holds::kNothing},
    {"description", K::kDescription, kEveryDraft, kEveryDraft, V::kMetaData, Holds::kNothing},
    {"else", K::kElse, kSince7, kSince7, V::kApplicator, Holds::kSchema},
    {"enum", K::kEnum, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"examples", K::kExamples, kSince6, kSince6, V::kMetaData, Holds::kNothing},
    {"exclusiveMaximum", K::kExclusiveMaximum, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"exclusiveMinimum", K::kExclusiveMinimum, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"format", K::kFormat, kEveryDraft, kEveryDraft, V::kFormatAnnotation, Holds::kNothing},
    {"id", K::kLegacyId, k4, k4, V::kCore, Holds::kNothing},
    {"if", K::kIf, kSince7, kSince7, V::kApplicator, Holds::kSchema},
    {"items", K::kItems, kEveryDraft, kEveryDraft, V::kApplicator, Holds::kSchemaOrArray},
    {"maxContains", K::kMaxContains, kSince2019, kSince2019, V::kValidation, Holds::kNothing},
    {"maxItems", K::kMaxItems, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"maxLength", K::kMaxLength, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"maxProperties", K::kMaxProperties, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"maximum", K::kMaximum, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"minContains", K::kMinContains, kSince2019, kSince2019, V::kValidation, Holds::kNothing},
    {"minItems", K::kMinItems, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"minLength", K::kMinLength, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"minProperties", K::kMinProperties, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"minimum", K::kMinimum, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"multipleOf", K::kMultipleOf, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"not", K::kNot, kEveryDraft, kEveryDraft, V::kApplicator, Holds::kSchema},
    {"oneOf", K::kOneOf, kEveryDraft, kEveryDraft, V::kApplicator, Holds::kSchemaArray},
    {"pattern", K::kPattern, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"patternProperties", K::kPatternProperties, kEveryDraft, kEveryDraft, V::kApplicator, Holds::kSchemaMap},
    {"prefixItems", K::kPrefixItems, k2020, k2020, V::kApplicator, Holds::kSchemaArray},
    {"properties", K::kProperties, kEveryDraft, kEveryDraft, V::kApplicator, Holds::kSchemaMap},
    {"propertyNames", K::kPropertyNames, kSince6, kSince6, V::kApplicator, Holds::kSchema},
    {"readOnly", K::kReadOnly, kSince7, kSince7, V::kMetaData, Holds::kNothing},
    {"required", K::kRequired, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"then", K::kThen, kSince7, kSince7, V::kApplicator, Holds::kSchema},
    {"title", K::kTitle, kEveryDraft, kEveryDraft, V::kMetaData, Holds::kNothing},
    {"type", K::kType, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"unevaluatedItems", K::kUnevaluatedItems, kSince2019, kSince2019, V::kUnevaluated, Holds::kSchema},
    {"unevaluatedProperties", K::kUnevaluatedProperties, kSince2019, kSince2019, V::kUnevaluated,
     Holds::kSchema},
    {"uniqueItems", K::kUniqueItems, kEveryDraft, kEveryDraft, V::kValidation, Holds::kNothing},
    {"writeOnly", K::kWriteOnly, kSince7, kSince7, V::kMetaData, Holds::kNothing},
};

constexpr bool is_sorted_by_name() noexcept {
  for (std::size_t i = 1; i < std::size(kKeywords); ++i) {
    if (kKeywords[i - 1].name >= kKeywords[i].name) return false;
  }
  return true;
}
static_assert(is_sorted_by_name());

}  // namespace

const KeywordInfo* find_keyword(std::string_view name) noexcept {
  const auto* found =
      std::lower_bound(std::begin(kKeywords), std::end(kKeywords), name,
                       [](const KeywordInfo& info, std::string_view wanted) { return info.name < wanted; });
  return found != std::end(kKeywords) && found->name == name ? found : nullptr;
}

}  // namespace command_center::json_schema
