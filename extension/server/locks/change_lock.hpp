// Serialises changes of the catalogue.
#pragma once

#include "extension/server/installation.hpp"

namespace command_center::server {

// Keeps other changes of a table of setup() out until the transaction ends; readers and commands go on. What
// is read afterwards needs the latest snapshot to be what stands. Who changes more than one table locks them
// in the order in which the installation lists them: a table before one that is held is only tried (40001).
// Postgres regime; inside open_session().
void lock_for_change(const Installation& installation, const char* table);

}  // namespace command_center::server
