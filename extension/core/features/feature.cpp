// Deny wins: a feature that disables outweighs every other, one that observes every one that enables.
#include "extension/core/features/feature.hpp"

namespace command_center::features {

bool matches(const Feature& feature, const Subject& subject) noexcept {
  if (feature.command_name && *feature.command_name != subject.command_name) return false;
  if (feature.tenant_id && !(*feature.tenant_id == subject.tenant_id)) return false;
  if (feature.property_id && !(subject.property_id && *feature.property_id == *subject.property_id))
    return false;
  if (feature.environment && *feature.environment != subject.environment) return false;
  return !feature.role || *feature.role == subject.role;
}

void Verdict::consider(const Feature& feature, const Subject& subject) noexcept {
  if (count_ == kMostMatches || !matches(feature, subject)) return;
  matching_[count_++] = &feature;
  switch (feature.status) {
    case Status::kDisabled:
      // The lowest id, so that the answer does not depend on the order.
      if (disabled_by_ == nullptr || feature.feature_id < disabled_by_->feature_id) disabled_by_ = &feature;
      break;
    case Status::kObserve:
      observed_ = true;
      break;
    case Status::kEnabled:
      enabled_ = true;
      break;
  }
}

}  // namespace command_center::features
