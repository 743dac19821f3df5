// Loads features: all of them while they are few; else those of a command, while these are few; else those of
// a command and a tenant, while these are few; else those of a property among them. So a database with few
// features costs the same however many commands and tenants it has, and one with many keeps no more than the
// sessions need.
#include "extension/command_center/features/known_features.hpp"
#include "extension/command_center/installation.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <vector>

#include "extension/boundary/make_in_context.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/allocated_bytes.hpp"
#include "extension/server/caches/cache.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

using features::Feature;

constexpr std::size_t kMostBytes = std::size_t{8} * 1024 * 1024;
constexpr std::size_t kBytesOfAnEntry = 512;
constexpr int kFewOfAll = 1000;
constexpr int kFewOfCommand = 100;
constexpr int kFewOfTenant = 100;

// In order of commands and then of tenants; what is for every one comes first.
struct FeatureSet {
  bool complete = false;  // else there are too many, and it is empty
  std::vector<Feature> features;
};

CatalogueCache<FeatureSet>* sets = nullptr;

struct FeatureRow {
  identifiers::Uuid feature_id;
  int version;
  const char* status;
  const char* command_name;
  const char* environment;
  const char* role;
  const char* limits;
  bool has_tenant;
  bool has_property;
  identifiers::Uuid tenant_id;
  identifiers::Uuid property_id;
};

#define FEATURES                                                                       \
  "SELECT feature_id, version, status, command_name, environment, role, limits::text," \
  " tenant_id, property_id FROM command_center.command_features "

Statement select_all = {kInstallation, FEATURES "LIMIT $1", 1, {INT4OID}};

// Apart, so that each finds its rows by the index.
Statement select_of_command = {kInstallation,
                               "(" FEATURES "WHERE command_name = $1 LIMIT $2) UNION ALL (" FEATURES
                               "WHERE command_name IS NULL LIMIT $2)",
                               2,
                               {TEXTOID, INT4OID}};

#define OF_TENANT(and_of_property)                                                                \
  FEATURES "WHERE command_name = $1 AND tenant_id = $2" and_of_property " UNION ALL " FEATURES    \
           "WHERE command_name = $1 AND tenant_id IS NULL" and_of_property " UNION ALL " FEATURES \
           "WHERE command_name IS NULL AND tenant_id = $2" and_of_property " UNION ALL " FEATURES \
           "WHERE command_name IS NULL AND tenant_id IS NULL" and_of_property

Statement select_of_tenant = {kInstallation, OF_TENANT("") " LIMIT $3", 3, {TEXTOID, UUIDOID, INT4OID}};

// $3 NULL: a command without a property.
Statement select_of_property = {kInstallation,
                                OF_TENANT(" AND (property_id = $3 OR property_id IS NULL)"),
                                3,
                                {TEXTOID, UUIDOID, UUIDOID}};

FeatureRow feature_row(std::uint64_t row) {
  FeatureRow made = {};
  made.feature_id = uuid_value(value(row, 0, UUIDOID));
  made.version = int_value(row, 1);
  made.status = text_value(row, 2);
  made.command_name = text_value_or_null(row, 3);
  made.environment = text_value_or_null(row, 4);
  made.role = text_value_or_null(row, 5);
  made.limits = text_value_or_null(row, 6);
  made.has_tenant = !is_null(row, 7);
  if (made.has_tenant) made.tenant_id = uuid_value(value(row, 7, UUIDOID));
  made.has_property = !is_null(row, 8);
  if (made.has_property) made.property_id = uuid_value(value(row, 8, UUIDOID));
  return made;
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
  if (row.command_name != nullptr) feature.command_name = row.command_name;
  if (row.has_tenant) feature.tenant_id = row.tenant_id;
  if (row.has_property) feature.property_id = row.property_id;
  if (row.environment != nullptr) feature.environment = row.environment;
  if (row.role != nullptr) feature.role = row.role;
  if (row.limits != nullptr) {
    const features::LimitOutcome outcome = features::parse_limit(row.limits, features::Spelling::kStored);
    feature.limit = outcome.limit;
    feature.limit_is_valid = outcome.errors.empty();
  }
  return feature;
}

struct Key {
  std::optional<std::string_view> command_name;
  std::optional<identifiers::Uuid> tenant_id;
};

struct InOrder {
  static Key key_of(const Feature& feature) {
    Key key;
    if (feature.command_name) key.command_name = *feature.command_name;
    key.tenant_id = feature.tenant_id;
    return key;
  }
  static bool before(const Key& a, const Key& b) {
    return std::tie(a.command_name, a.tenant_id) < std::tie(b.command_name, b.tenant_id);
  }
  bool operator()(const Feature& a, const Feature& b) const { return before(key_of(a), key_of(b)); }
  bool operator()(const Feature& a, const Key& b) const { return before(key_of(a), b); }
  bool operator()(const Key& a, const Feature& b) const { return before(a, key_of(b)); }
};

const FeatureSet* keep(std::string_view key, const FeatureRow* rows, std::uint64_t count,
                       std::uint64_t most) {
  const std::size_t before = allocated_bytes();
  FeatureSet made;
  made.complete = count <= most;
  if (made.complete) {
    made.features.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) made.features.push_back(feature_of(rows[i]));
    std::sort(made.features.begin(), made.features.end(), InOrder());
  }
  const std::size_t weight = kBytesOfAnEntry + key.size() + allocated_since(before);
  return sets->put(key, std::move(made), kMostBytes, weight);
}

FeatureRange range_of(const FeatureSet& set, const Key& key) {
  const auto [first, last] = std::equal_range(set.features.begin(), set.features.end(), key, InOrder());
  const Feature* begin = set.features.data();
  return {begin + (first - set.features.begin()), begin + (last - set.features.begin())};
}

KnownFeatures ranges_of(const FeatureSet& set, std::string_view command_name,
                        const identifiers::Uuid& tenant_id) {
  if (set.features.empty()) return {};
  return {{range_of(set, {}), range_of(set, {{}, tenant_id}), range_of(set, {command_name, {}}),
           range_of(set, {command_name, tenant_id})}};
}

// --- Postgres regime ---

const FeatureSet* load(std::string_view key, Statement& statement, const Parameters& parameters,
                       std::uint64_t most) {
  const OwnerSession session = open_session(kInstallation);
  const std::uint64_t count = read_stable(statement, parameters);
  auto* rows = static_cast<FeatureRow*>(palloc(sizeof(FeatureRow) * (count + 1)));
  for (std::uint64_t i = 0; i < count; ++i) rows[i] = feature_row(i);
  const FeatureSet* kept = keep(key, rows, count, most);
  close_session(session);
  return kept;
}

const FeatureSet& find_all() {
  constexpr std::string_view kKey;  // the name of no command
  if (const FeatureSet* found = sets->find(kKey); found != nullptr) return *found;
  // A database that is between ALTER EXTENSION and setup() has no features yet.
  if (!is_installed(kInstallation, "command_features")) return *keep(kKey, nullptr, 0, 0);
  Parameters parameters;
  parameters.add_int(kFewOfAll + 1);
  return *load(kKey, select_all, parameters, kFewOfAll);
}

const FeatureSet& find_of_command(std::string_view command_name) {
  if (const FeatureSet* found = sets->find(command_name); found != nullptr) return *found;
  Parameters parameters;
  parameters.add_text(command_name);
  parameters.add_int(kFewOfCommand + 1);
  return *load(command_name, select_of_command, parameters, kFewOfCommand);
}

// Names of commands have no zero byte, so with one first the key is no other command's; `kind` keeps the
// steps apart.
std::string_view key_of(char kind, std::string_view command_name, const identifiers::Uuid& tenant_id,
                        const identifiers::Uuid* property_id) {
  StringInfoData key;
  initStringInfo(&key);
  appendStringInfoChar(&key, '\0');
  appendStringInfoChar(&key, kind);
  const auto append = [&key](const void* bytes, std::size_t size) {
    appendBinaryStringInfo(&key, static_cast<const char*>(bytes), static_cast<int>(size));
  };
  append(tenant_id.bytes.data(), tenant_id.bytes.size());
  if (property_id != nullptr) append(property_id->bytes.data(), property_id->bytes.size());
  append(command_name.data(), command_name.size());
  return {key.data, static_cast<std::size_t>(key.len)};
}

const FeatureSet& find_of_tenant(std::string_view command_name, const identifiers::Uuid& tenant_id) {
  const std::string_view key = key_of('t', command_name, tenant_id, nullptr);
  if (const FeatureSet* found = sets->find(key); found != nullptr) return *found;
  Parameters parameters;
  parameters.add_text(command_name);
  parameters.add(uuid_datum(tenant_id));
  parameters.add_int(kFewOfTenant + 1);
  return *load(key, select_of_tenant, parameters, kFewOfTenant);
}

const FeatureSet& find_of_property(std::string_view command_name, const identifiers::Uuid& tenant_id,
                                   const identifiers::Uuid* property_id) {
  const std::string_view key =
      key_of(property_id == nullptr ? 'n' : 'p', command_name, tenant_id, property_id);
  if (const FeatureSet* found = sets->find(key); found != nullptr) return *found;
  Parameters parameters;
  parameters.add_text(command_name);
  parameters.add(uuid_datum(tenant_id));
  if (property_id != nullptr) {
    parameters.add(uuid_datum(*property_id));
  } else {
    parameters.add_null();
  }
  return *load(key, select_of_property, parameters, UINT64_MAX);
}

}  // namespace

KnownFeatures find_features(std::string_view command_name, const identifiers::Uuid& tenant_id,
                            const identifiers::Uuid* property_id) {
  if (sets == nullptr)
    sets = &boundary::make_in_context<CatalogueCache<FeatureSet>>(TopMemoryContext, kInstallation);
  const FeatureSet* set = &find_all();
  if (!set->complete) set = &find_of_command(command_name);
  if (!set->complete) set = &find_of_tenant(command_name, tenant_id);
  if (!set->complete) set = &find_of_property(command_name, tenant_id, property_id);
  return ranges_of(*set, command_name, tenant_id);
}

}  // namespace command_center::extension
