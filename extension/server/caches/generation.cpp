// Counts relcache invalidations of the watched tables, and changes of roles. The callbacks only move a
// number: they may run while a reader holds an entry.
#include "extension/server/caches/generation.hpp"

#include <algorithm>

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

// The extensions that this session has met.
CatalogueChanges* registered = nullptr;

// What was read in a parallel query may be older than what was known to have changed.
bool read_older = false;

bool is_watched(const CatalogueChanges& changes, Oid relation) {
  const Oid* watched = changes.watched;
  const Oid* end = watched + changes.installation->watched_count;
  return std::find(watched, end, relation) != end;
}

void move_on_invalidation(Datum /*argument*/, Oid relation) {
  for (CatalogueChanges* changes = registered; changes != nullptr; changes = changes->next) {
    if (!OidIsValid(relation) || is_watched(*changes, relation)) ++changes->generation;
  }
}

// Which roles inherit from which, and what they are called, is part of who may act for a tenant.
void move_on_role_change(Datum /*argument*/, int /*cache*/, std::uint32_t /*hash*/) {
  for (CatalogueChanges* changes = registered; changes != nullptr; changes = changes->next)
    ++changes->generation;
}

// The server has room for few callbacks, so all extensions share these. Room is what registration may lack,
// and it says so: nothing is registered by halves that matters.
void register_installation(const Installation& installation) {
  static bool callbacks_registered = false;
  if (!callbacks_registered) {
    CacheRegisterRelcacheCallback(move_on_invalidation, Datum{0});
    CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, move_on_role_change, Datum{0});
    CacheRegisterSyscacheCallback(AUTHOID, move_on_role_change, Datum{0});
    callbacks_registered = true;
  }
  Assert(installation.watched_count <= kMaxWatched);
  CatalogueChanges& changes = *installation.changes;
  changes.installation = &installation;
  changes.generation = 1;
  changes.next = registered;
  registered = &changes;
}

// A table that is not there yet is looked for again each time: nothing tells when it comes.
void watch_tables(const Installation& installation) {
  CatalogueChanges& changes = *installation.changes;
  const Oid schema = get_namespace_oid(installation.schema, true);
  for (int i = 0; i < installation.watched_count; ++i) {
    const Oid relation = OidIsValid(schema) ? get_relname_relid(installation.watched[i], schema) : InvalidOid;
    if (relation == changes.watched[i]) continue;
    changes.watched[i] = relation;
    ++changes.generation;
  }
}

}  // namespace

std::uint64_t take_catalogue_changes(const Installation& installation) {
  CatalogueChanges& changes = *installation.changes;
  if (changes.installation == nullptr) register_installation(installation);
  AcceptInvalidationMessages();
  if (read_older && !IsInParallelMode()) {
    read_older = false;
    move_on_role_change(Datum{0}, 0, 0);
  }
  if (is_watched(changes, InvalidOid) || changes.generation != changes.watched_under) {
    watch_tables(installation);
    changes.watched_under = changes.generation;
  }
  return changes.generation;
}

void note_older_reading() noexcept {
  read_older = true;
}

std::uint64_t catalogue_generation(const Installation& installation) noexcept {
  return installation.changes->generation;
}

void announce_catalogue_change(const Installation& installation, const char* table) {
  announce_change_of(installed_relation(installation, table));
}

void announce_change_of(Oid relation) {
  CacheInvalidateRelcacheByRelid(relation);
  // Makes the message part of what a rollback of this subtransaction undoes in this session.
  CommandCounterIncrement();
}

}  // namespace command_center::server
