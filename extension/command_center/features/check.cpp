// Judges a command by the features of the catalogue.
#include <algorithm>
#include <string>

#include "extension/command_center/features/features.hpp"
#include "extension/command_center/features/known_features.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/features/feature.hpp"
#include "extension/server/arguments.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

std::string feature_detail(const features::Feature& feature) {
  return "{\"featureId\": \"" + to_text(feature.feature_id) + "\"}";
}

std::string of_command(const Request& request) {
  return "command \"" + std::string(request.command_name) + "\" ";
}

// C++ regime.
void refuse_unless_allowed(const features::Verdict& verdict, const Template& definition,
                           const Request& request) {
  if (const features::Feature* feature = verdict.disabled_by(); feature != nullptr) {
    throw Error(sqlstate::kDisabled, of_command(request) + "is disabled", feature_detail(*feature),
                "command_center.list_features() shows what disables it.");
  }
  const auto availability =
      definition.opt_in ? features::Availability::kOptIn : features::Availability::kDefault;
  if (!verdict.is_available(availability)) {
    throw Error(
        sqlstate::kDisabled, of_command(request) + "is not enabled", {},
        "Its template is opt_in: command_center.set_feature('enabled', ...) enables it within a scope.");
  }
  for (const features::Feature* feature : verdict) {
    if (feature->limit_is_valid) continue;
    throw Error(sqlstate::kDefinitionInvalid, "limits of a feature of " + of_command(request) + "are invalid",
                feature_detail(*feature), "Set them again with command_center.set_feature().");
  }
}

features::Verdict judge(const Request& request) {
  const KnownFeatures known = find_features(request.command_name, request.tenant_id,
                                            request.has_property ? &request.property_id : nullptr);
  features::Subject subject;
  subject.command_name = request.command_name;
  subject.environment = request.environment;
  subject.tenant_id = request.tenant_id;
  if (request.has_property) subject.property_id = request.property_id;
  subject.role = request.role;
  features::Verdict verdict;
  for (const FeatureRange& range : known.ranges) {
    for (const auto* feature = range.first; feature != range.last; ++feature)
      verdict.consider(*feature, subject);
  }
  return verdict;
}

// In order, so that the same features are always told in the same way.
Datum feature_ids(const features::Verdict& verdict) {
  if (verdict.count() == 0) return Datum{0};
  identifiers::Uuid sorted[features::kMostMatches];
  std::transform(verdict.begin(), verdict.end(), sorted,
                 [](const features::Feature* feature) { return feature->feature_id; });
  std::sort(sorted, sorted + verdict.count());
  Datum ids[features::kMostMatches];
  for (int i = 0; i < verdict.count(); ++i) ids[i] = uuid_datum(sorted[i]);
  return PointerGetDatum(construct_array(ids, verdict.count(), UUIDOID, UUID_LEN, false, TYPALIGN_CHAR));
}

}  // namespace

void check_enabled() {
  if (settings().enabled) return;
  throw Error(sqlstate::kDisabled, "command center is disabled", {},
              "The setting command_center.enabled is off.");
}

FeatureVerdict check_features(const Template& definition, const Request& request) {
  const features::Verdict verdict = judge(request);
  refuse_unless_allowed(verdict, definition, request);
  FeatureVerdict found = {};
  found.observe = verdict.is_observed();
  found.feature_ids = feature_ids(verdict);
  if (verdict.count() == 0) return found;
  auto* limits = static_cast<Limit*>(palloc(sizeof(Limit) * static_cast<std::size_t>(verdict.count())));
  for (const features::Feature* feature : verdict) {
    if (feature->limit)
      limits[found.limit_count++] = {feature->feature_id, feature->version, *feature->limit};
  }
  found.limits = limits;
  return found;
}

}  // namespace command_center::extension
