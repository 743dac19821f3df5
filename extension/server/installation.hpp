// Finds the tables that an extension's setup() made and acts as their owner.
#pragma once

#include "extension/server/server_types.hpp"

namespace command_center::server {

struct CatalogueChanges;

// What tells one extension of ours from another; each has one, in static storage (installation.cpp of its
// room). There is no "current" one: a function of one extension calls functions of another.
struct Installation {
  const char* schema;
  const char* owner_table;     // whose owner acts; among the first that setup() makes
  const char* const* watched;  // a change of these tables empties the caches; locked for change in this order
  int watched_count;           // at most kMaxWatched
  const char* setup_hint;      // what to call where a table is not there
  const char* maintain_hint;   // what to call where a row has no partition
  CatalogueChanges* changes;   // what the caches of this extension keep track of
};

// The oid of a relation of the extension's schema. Postgres regime. KC015 with a hint when setup() has not
// made it.
[[nodiscard]] Oid installed_relation(const Installation& installation, const char* name);

// The same, 0 when setup() has not made it. Allocates nothing.
[[nodiscard]] Oid find_relation(const Installation& installation, const char* name);

// Whether setup() has made it: between a new library and setup(), what an older version did goes on.
[[nodiscard]] bool is_installed(const Installation& installation, const char* name);

// The owner of owner_table, as whom the functions act. KC015 when setup() has not made it. Postgres regime.
[[nodiscard]] Oid owner_of_tables(const Installation& installation);

// Who the session was before become_owner().
struct Identity {
  Oid user;
  int security_context;
};

// Switches to the owner of the tables as foreign-key checks do, so that a caller needs no right on any table.
// Nothing of the caller may run until resume_identity(), and triggers of an owner who is no superuser cannot
// reach a session that is of one: none of them may be deferred to its commit, which would run them as whoever
// commits. After an error the server switches back by itself. Postgres regime.
[[nodiscard]] Identity become_owner(const Installation& installation);
void resume_identity(Identity identity);

}  // namespace command_center::server
