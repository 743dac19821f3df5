// What the server calls when it loads the library.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/command_center/shared_state/shared_state.hpp"

#include "extension/boundary/postgres_all.hpp"

extern "C" {
PG_MODULE_MAGIC;
// The server looks for this name, which is none of ours.
void _PG_init();  // NOLINT
}

void _PG_init() {  // NOLINT
  command_center::boundary::enter([] {
    command_center::extension::define_settings();
    command_center::extension::install_shared_state_hooks();
  });
}
