// Knows the URIs of the standard drafts and vocabularies.
#include "extension/core/json_schema/dialect.hpp"

#include <array>

#include "extension/core/json_schema/uri.hpp"

namespace command_center::json_schema {

namespace {

struct DraftName {
  std::string_view uri;
  std::string_view name;
};

constexpr std::array<DraftName, 5> kDrafts{{
    {"http://json-schema.org/draft-04/schema", "draft-04"},
    {"http://json-schema.org/draft-06/schema", "draft-06"},
    {"http://json-schema.org/draft-07/schema", "draft-07"},
    {"https://json-schema.org/draft/2019-09/schema", "2019-09"},
    {"https://json-schema.org/draft/2020-12/schema", "2020-12"},
}};

// What stands behind the scheme: schemas in the wild mix http and https.
std::string_view without_scheme(std::string_view uri) noexcept {
  const std::size_t colon = uri.find("://");
  if (colon == std::string_view::npos) return uri;
  const std::string_view scheme = uri.substr(0, colon);
  return scheme == "http" || scheme == "https" ? uri.substr(colon) : uri;
}

struct VocabularyName {
  std::string_view name;
  VocabularySet set;
};

constexpr std::string_view k2019Prefix = "https://json-schema.org/draft/2019-09/vocab/";
constexpr std::array<VocabularyName, 6> k2019Vocabularies{{
    {"core", set_of(Vocabulary::kCore)},
    {"applicator", set_of(Vocabulary::kApplicator) | set_of(Vocabulary::kUnevaluated)},
    {"validation", set_of(Vocabulary::kValidation)},
    {"meta-data", set_of(Vocabulary::kMetaData)},
    {"format", set_of(Vocabulary::kFormatAnnotation)},
    {"content", set_of(Vocabulary::kContent)},
}};

constexpr std::string_view k2020Prefix = "https://json-schema.org/draft/2020-12/vocab/";
constexpr std::array<VocabularyName, 8> k2020Vocabularies{{
    {"core", set_of(Vocabulary::kCore)},
    {"applicator", set_of(Vocabulary::kApplicator)},
    {"unevaluated", set_of(Vocabulary::kUnevaluated)},
    {"validation", set_of(Vocabulary::kValidation)},
    {"meta-data", set_of(Vocabulary::kMetaData)},
    {"format-annotation", set_of(Vocabulary::kFormatAnnotation)},
    {"format-assertion", set_of(Vocabulary::kFormatAssertion)},
    {"content", set_of(Vocabulary::kContent)},
}};

template <class Names>
std::optional<VocabularySet> find_in(const Names& names, std::string_view prefix,
                                     std::string_view uri) noexcept {
  if (uri.substr(0, prefix.size()) != prefix) return std::nullopt;
  for (const VocabularyName& candidate : names) {
    if (uri.substr(prefix.size()) == candidate.name) return candidate.set;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Draft> find_draft(std::string_view schema_uri) noexcept {
  const UriParts parts = split_fragment(schema_uri);
  if (!parts.fragment.empty()) return std::nullopt;
  for (std::size_t i = 0; i < kDrafts.size(); ++i) {
    if (without_scheme(kDrafts[i].uri) == without_scheme(parts.without_fragment))
      return static_cast<Draft>(i);
  }
  return std::nullopt;
}

std::string_view name_of(Draft draft) noexcept {
  return kDrafts[static_cast<std::size_t>(draft)].name;
}

std::string_view metaschema_uri(Draft draft) noexcept {
  return kDrafts[static_cast<std::size_t>(draft)].uri;
}

std::optional<VocabularySet> find_vocabulary(std::string_view vocabulary_uri) noexcept {
  if (const auto found = find_in(k2020Vocabularies, k2020Prefix, vocabulary_uri)) return found;
  return find_in(k2019Vocabularies, k2019Prefix, vocabulary_uri);
}

}  // namespace command_center::json_schema
