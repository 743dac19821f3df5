// What the server calls when it loads the library.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/settings.hpp"

#include "extension/boundary/postgres_all.hpp"

extern "C" {
PG_MODULE_MAGIC;
void _PG_init();  // NOLINT(bugprone-reserved-identifier): the server's name for it
}

void _PG_init() {  // NOLINT(bugprone-reserved-identifier)
  command_center::boundary::enter([] { command_center::extension::define_settings(); });
}
