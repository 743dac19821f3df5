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

struct KnownFeatures {
  FeatureRange of_everyone;
  FeatureRange of_tenant;
};

// The features that can concern a command of this tenant. Valid until features are looked for again. Postgres
// regime.
[[nodiscard]] KnownFeatures find_features(std::string_view command_name, const identifiers::Uuid& tenant_id);

}  // namespace command_center::extension
