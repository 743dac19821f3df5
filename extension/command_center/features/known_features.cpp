// Loads features, by command. Those of single tenants come along while they are few; where they are many, a
// tenant's are loaded when it sends a command.
#include "extension/command_center/features/known_features.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "extension/boundary/make_in_context.hpp"
#include "extension/command_center/arguments.hpp"
#include "extension/command_center/catalogue/cache.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

using features::Feature;

constexpr std::size_t kCommandEntries = 4096;
constexpr std::size_t kTenantEntries = 4096;
#define FEW_FEATURES "1000"
constexpr std::size_t kFewFeatures = 1000;

struct OfCommand {
  std::vector<Feature> of_everyone;
  std::vector<Feature> of_tenants;  // in order of tenants; empty when many
  bool many = false;
};

struct Caches {
  CatalogueCache<OfCommand> of_commands;
  CatalogueCache<std::vector<Feature>> of_tenants;
};

Caches* caches = nullptr;

struct FeatureRow {
  identifiers::Uuid feature_id;
  int version;
  const char* status;
  const char* environment;
  const char* role;
  const char* limits;
  bool has_tenant;
  bool has_property;
  identifiers::Uuid tenant_id;
  identifiers::Uuid property_id;
};

#define FEATURES                                                                                \
  "SELECT feature_id, version, status, environment, role, limits::text, tenant_id, property_id" \
  " FROM command_center.command_features WHERE "

Statement select_of_command = {
    FEATURES
    "command_name = $1 AND tenant_id IS NULL"
    " UNION ALL " FEATURES
    "command_name IS NULL AND tenant_id IS NULL"
    " UNION ALL (" FEATURES "command_name = $1 AND tenant_id IS NOT NULL LIMIT " FEW_FEATURES
    " + 1)"
    " UNION ALL (" FEATURES "command_name IS NULL AND tenant_id IS NOT NULL LIMIT " FEW_FEATURES " + 1)",
    1,
    {TEXTOID}};

Statement select_of_tenant = {FEATURES "command_name = $1 AND tenant_id = $2 UNION ALL " FEATURES
                                       "command_name IS NULL AND tenant_id = $2",
                              2,
                              {TEXTOID, UUIDOID}};

FeatureRow feature_row(std::uint64_t row) {
  FeatureRow made = {};
  made.feature_id = uuid_value(value(row, 0));
  made.version = int_value(row, 1);
  made.status = text_value(row, 2);
  made.environment = text_value(row, 3);
  made.role = text_value(row, 4);
  made.limits = text_value(row, 5);
  made.has_tenant = !is_null(row, 6);
  if (made.has_tenant) made.tenant_id = uuid_value(value(row, 6));
  made.has_property = !is_null(row, 7);
  if (made.has_property) made.property_id = uuid_value(value(row, 7));
  return made;
}

struct FeatureRows {
  const FeatureRow* rows;
  std::size_t count;
};

FeatureRows read_features(Statement& statement, const Parameters& parameters) {
  const std::uint64_t count = read_stable(statement, parameters);
  auto* rows = static_cast<FeatureRow*>(palloc(sizeof(FeatureRow) * (count + 1)));
  for (std::uint64_t i = 0; i < count; ++i) rows[i] = feature_row(i);
  return {rows, count};
}

// --- C++ regime ---

features::Status status_of(std::string_view text) {
  if (text == "enabled") return features::Status::kEnabled;
  if (text == "observe") return features::Status::kObserve;
  return features::Status::kDisabled;
}

Feature feature_of(const FeatureRow& row) {
  Feature feature;
  feature.feature_id = row.feature_id;
  feature.version = row.version;
  feature.status = status_of(row.status);
  if (row.has_tenant) feature.tenant_id = row.tenant_id;
  if (row.has_property) feature.property_id = row.property_id;
  if (row.environment != nullptr) feature.environment = row.environment;
  if (row.role != nullptr) feature.role = row.role;
  if (row.limits != nullptr) {
    const features::LimitOutcome outcome = features::parse_limit(row.limits);
    feature.limit = outcome.limit;
    feature.limit_is_valid = outcome.errors.empty();
  }
  return feature;
}

const OfCommand* keep_of_command(std::string_view command_name, const FeatureRows& rows) {
  OfCommand made;
  for (std::size_t i = 0; i < rows.count; ++i) {
    if (!rows.rows[i].has_tenant) {
      made.of_everyone.push_back(feature_of(rows.rows[i]));
    } else if (!made.many) {
      made.of_tenants.push_back(feature_of(rows.rows[i]));
      made.many = made.of_tenants.size() > kFewFeatures;
    }
  }
  if (made.many) made.of_tenants = {};
  std::sort(made.of_tenants.begin(), made.of_tenants.end(),
            [](const Feature& a, const Feature& b) { return *a.tenant_id < *b.tenant_id; });
  return caches->of_commands.put(command_name, std::move(made), kCommandEntries);
}

const std::vector<Feature>* keep_of_tenant(std::string_view key, const FeatureRows& rows) {
  std::vector<Feature> made;
  made.reserve(rows.count);
  for (std::size_t i = 0; i < rows.count; ++i) made.push_back(feature_of(rows.rows[i]));
  return caches->of_tenants.put(key, std::move(made), kTenantEntries);
}

FeatureRange range_of(const std::vector<Feature>& features) {
  return {features.data(), features.data() + features.size()};
}

FeatureRange range_of_tenant(const std::vector<Feature>& features, const identifiers::Uuid& tenant_id) {
  struct ByTenant {
    bool operator()(const Feature& a, const identifiers::Uuid& b) const { return *a.tenant_id < b; }
    bool operator()(const identifiers::Uuid& a, const Feature& b) const { return a < *b.tenant_id; }
  };
  const auto [first, last] = std::equal_range(features.begin(), features.end(), tenant_id, ByTenant());
  return {features.data() + (first - features.begin()), features.data() + (last - features.begin())};
}

// --- Postgres regime ---

// A database that is between ALTER EXTENSION and setup() has no features yet.
bool has_features_table() {
  const Oid schema = get_namespace_oid("command_center", true);
  return OidIsValid(schema) && OidIsValid(get_relname_relid("command_features", schema));
}

const OfCommand* load_of_command(std::string_view command_name) {
  if (!has_features_table()) return keep_of_command(command_name, {});
  const OwnerSession session = open_session();
  Parameters parameters;
  parameters.add_text(command_name);
  const OfCommand* kept = keep_of_command(command_name, read_features(select_of_command, parameters));
  close_session(session);
  return kept;
}

const std::vector<Feature>* load_of_tenant(std::string_view command_name, const identifiers::Uuid& tenant_id,
                                           std::string_view key) {
  const OwnerSession session = open_session();
  Parameters parameters;
  parameters.add_text(command_name);
  parameters.add(uuid_datum(tenant_id));
  const auto* kept = keep_of_tenant(key, read_features(select_of_tenant, parameters));
  close_session(session);
  return kept;
}

const std::vector<Feature>& find_of_tenant(std::string_view command_name,
                                           const identifiers::Uuid& tenant_id) {
  // The id has a fixed size, so the two parts of the key cannot be mistaken for others.
  const std::size_t size = tenant_id.bytes.size() + command_name.size();
  auto* key = static_cast<char*>(palloc(size));
  std::memcpy(key, tenant_id.bytes.data(), tenant_id.bytes.size());
  std::memcpy(key + tenant_id.bytes.size(), command_name.data(), command_name.size());
  const auto* found = caches->of_tenants.find({key, size});
  return found != nullptr ? *found : *load_of_tenant(command_name, tenant_id, {key, size});
}

}  // namespace

KnownFeatures find_features(std::string_view command_name, const identifiers::Uuid& tenant_id) {
  if (caches == nullptr) caches = &boundary::make_in_context<Caches>(TopMemoryContext);
  const OfCommand* known = caches->of_commands.find(command_name);
  if (known == nullptr) known = load_of_command(command_name);
  return {range_of(known->of_everyone), known->many ? range_of(find_of_tenant(command_name, tenant_id))
                                                    : range_of_tenant(known->of_tenants, tenant_id)};
}

}  // namespace command_center::extension
