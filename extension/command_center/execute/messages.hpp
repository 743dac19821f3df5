// Picks the target of a command and writes its messages.
#pragma once

#include "extension/command_center/catalogue/templates.hpp"
#include "extension/command_center/execute/acceptance.hpp"

namespace command_center::extension {

// Decides where the command goes and fills in keys, target and messages: one for each service that gets the
// command, except a target that is handled in the database. Throws KC012 when no target is available, KC014
// when a message is too large. The command's id and time are set already. Postgres regime.
void plan_messages(const Template& definition, Acceptance& acceptance);

}  // namespace command_center::extension
