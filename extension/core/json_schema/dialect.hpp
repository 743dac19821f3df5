// Names the drafts, their vocabularies, and the dialect a schema resource is written in.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace command_center::json_schema {

enum class Draft : std::uint8_t { k4, k6, k7, k2019, k2020 };

// A set of drafts as bits.
using DraftSet = std::uint8_t;
[[nodiscard]] constexpr DraftSet set_of(Draft draft) noexcept {
  return static_cast<DraftSet>(1U << static_cast<unsigned>(draft));
}
inline constexpr DraftSet kEveryDraft = 0x1f;
inline constexpr DraftSet kSince6 = 0x1e;
inline constexpr DraftSet kSince7 = 0x1c;
inline constexpr DraftSet kSince2019 = 0x18;
inline constexpr DraftSet kUntil7 = 0x07;
inline constexpr DraftSet kUntil2019 = 0x0f;

enum class Vocabulary : std::uint8_t {
  kCore,
  kApplicator,
  kUnevaluated,
  kValidation,
  kMetaData,
  kFormatAnnotation,
  kFormatAssertion,
  kContent,
};

using VocabularySet = std::uint8_t;
[[nodiscard]] constexpr VocabularySet set_of(Vocabulary vocabulary) noexcept {
  return static_cast<VocabularySet>(1U << static_cast<unsigned>(vocabulary));
}
inline constexpr VocabularySet kStandardVocabularies =
    static_cast<VocabularySet>(0xff & ~set_of(Vocabulary::kFormatAssertion));

// The rules of one schema resource. Format assertion is on where its metaschema demands it.
struct Dialect {
  Draft draft = Draft::k2020;
  VocabularySet vocabularies = kStandardVocabularies;

  [[nodiscard]] bool has(Vocabulary vocabulary) const noexcept {
    return (vocabularies & set_of(vocabulary)) != 0;
  }
};

// The standard draft a `$schema` URI names, with or without an empty fragment.
[[nodiscard]] std::optional<Draft> find_draft(std::string_view schema_uri) noexcept;
[[nodiscard]] std::string_view name_of(Draft draft) noexcept;
[[nodiscard]] std::string_view metaschema_uri(Draft draft) noexcept;

// The vocabularies a vocabulary URI of 2019-09 or 2020-12 stands for; nothing for a URI we do not know.
[[nodiscard]] std::optional<VocabularySet> find_vocabulary(std::string_view vocabulary_uri) noexcept;

}  // namespace command_center::json_schema
