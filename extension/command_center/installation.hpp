// Finds the tables that setup() made and acts as their owner.
#pragma once

#include "extension/command_center/server_types.hpp"

namespace command_center::extension {

// The oid of a relation of the schema command_center. Postgres regime. KC015 with a hint when setup() has not
// made it.
[[nodiscard]] Oid installed_relation(const char* name);

// Whether setup() has made it: between a new library and setup(), what an older version did goes on.
[[nodiscard]] bool is_installed(const char* name);

// Who the session was before become_owner().
struct Identity {
  Oid user;
  int security_context;
};

// Switches to the owner of the tables as foreign-key checks do, so that a caller needs no right on any table.
// Nothing of the caller may run until resume_identity(), and triggers of an owner who is no superuser cannot
// reach a caller who is one. After an error the server switches back by itself. Postgres regime.
[[nodiscard]] Identity become_owner();
void resume_identity(Identity identity);

}  // namespace command_center::extension
