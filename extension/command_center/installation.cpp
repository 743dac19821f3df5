// Names the schema, its owner's table and the catalogue.
#include "extension/command_center/installation.hpp"

#include <iterator>

#include "extension/server/caches/generation.hpp"

namespace command_center::extension {
namespace {

CatalogueChanges changes;

constexpr const char* kCatalogue[] = {
    "services",      "command_templates", "command_routes", "topics",         "event_types",
    "subscriptions", "command_features",  "environments",   "shared_schemas", "tenant_modules",
    "tenant_roles",  "access_grants",     "installation",   "lock_secret"};

}  // namespace

const Installation kInstallation = {
    "command_center",
    "command_dispatches",
    kCatalogue,
    static_cast<int>(std::size(kCatalogue)),
    "Call command_center.setup() first, as the role that shall own the tables: it makes and migrates them.",
    "Call command_center.maintain(): it makes the partitions of the coming days.",
    &changes};

}  // namespace command_center::extension
