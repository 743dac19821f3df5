// The features that a session knows.
#pragma once

#include <string_view>

#include "extension/core/features/feature.hpp"
#include "extension/core/identifiers/uuid.hpp"

namespace command_center::extension {

// A run of features in the session's cache.
struct FeatureRange {
  const features::Feature* first;
  const features::Feature* last;
};

// Of every command or of this one, of every tenant or of this one.
struct KnownFeatures {
  FeatureRange ranges[4];
};

// The features that can concern a command of this tenant and property (null: none), and some that cannot.
// Valid until features are looked for again. Postgres regime.
[[nodiscard]] KnownFeatures find_features(std::string_view command_name, const identifiers::Uuid& tenant_id,
                                          const identifiers::Uuid* property_id);

}  // namespace command_center::extension
