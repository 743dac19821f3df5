// Counts relcache invalidations of the catalogue's tables, and changes of roles. The callback only moves a
// number: it may run while a reader holds an entry.
#include "extension/command_center/catalogue/generation.hpp"

#include <algorithm>
#include <iterator>

#include "extension/command_center/installation.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr const char* kTables[] = {"command_templates", "command_routes",  "services",
                                   "shared_schemas",    "tenant_modules",  "tenant_roles",
                                   "access_grants",     "command_features"};

std::uint64_t generation = 1;
Oid watched[std::size(kTables)];
bool callback_registered = false;

void move_on_invalidation(Datum /*argument*/, Oid relation) {
  if (!OidIsValid(relation) ||
      std::find(std::begin(watched), std::end(watched), relation) != std::end(watched)) {
    ++generation;
  }
}

// Which roles inherit from which, and what they are called, is part of who may act for a tenant.
void move_on_role_change(Datum /*argument*/, int /*cache*/, std::uint32_t /*hash*/) {
  ++generation;
}

// A table that is not there yet is looked for again each time: nothing tells when it comes.
void watch_tables() {
  const Oid schema = get_namespace_oid("command_center", true);
  for (std::size_t i = 0; i < std::size(kTables); ++i) {
    const Oid relation = OidIsValid(schema) ? get_relname_relid(kTables[i], schema) : InvalidOid;
    if (relation == watched[i]) continue;
    watched[i] = relation;
    ++generation;
  }
}

}  // namespace

std::uint64_t take_catalogue_changes() {
  static std::uint64_t watched_under = 0;
  if (!callback_registered) {
    CacheRegisterRelcacheCallback(move_on_invalidation, Datum{0});
    CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, move_on_role_change, Datum{0});
    CacheRegisterSyscacheCallback(AUTHOID, move_on_role_change, Datum{0});
    callback_registered = true;
  }
  AcceptInvalidationMessages();
  const bool any_missing = std::find(std::begin(watched), std::end(watched), InvalidOid) != std::end(watched);
  if (any_missing || generation != watched_under) {
    watch_tables();
    watched_under = generation;
  }
  return generation;
}

std::uint64_t catalogue_generation() noexcept {
  return generation;
}

void announce_catalogue_change(const char* table) {
  CacheInvalidateRelcacheByRelid(installed_relation(table));
  // Makes the message part of what a rollback of this subtransaction undoes in this session.
  CommandCounterIncrement();
}

}  // namespace command_center::extension
