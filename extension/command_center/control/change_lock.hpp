// Serialises changes of the catalogue.
#pragma once

namespace command_center::extension {

// Keeps other changes of a table of setup() out until the transaction ends; readers and commands go on. What
// is read afterwards needs the latest snapshot to be what stands. Who changes more than one table locks
// services, then command_templates, then command_routes, as load_catalog does. Postgres regime; inside
// open_session().
void lock_for_change(const char* table);

}  // namespace command_center::extension
