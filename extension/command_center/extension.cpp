// Gathers the parts from their rooms.
#include "extension/command_center/extension.hpp"

#include "extension/command_center/control/doctor_checks.hpp"
#include "extension/command_center/control/maintain.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/command_center/shared_state/shared_state.hpp"
#include "extension/command_center/tables.hpp"

namespace command_center::extension {
namespace {

void prepare() {
  define_settings();
  install_shared_state_hooks();
}

}  // namespace

const Extension kExtension = {kInstallation, prepare,      maintain_commands,
                              doctor_checks, table_shapes, nullptr};

}  // namespace command_center::extension
