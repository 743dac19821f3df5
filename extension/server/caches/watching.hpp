// Has the tables of an extension's catalogue tell when they are changed by something else than its functions.
#pragma once

#include "extension/server/installation.hpp"

namespace command_center::server {

// Both are Postgres regime, in an open session. The schema has a trigger function catalogue_changed() that
// calls announce_change_of(), or nothing is watched yet.

// A query for the watched tables whose triggers are not as they must be: the table's name, and a text[] of
// the statements that make them so.
[[nodiscard]] const char* query_for_unwatched(const Installation& installation);

// Gives each watched table its triggers. Where all have them none is locked.
void watch_catalogue(const Installation& installation);

}  // namespace command_center::server
