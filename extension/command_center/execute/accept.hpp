// Acts on a decision.
#pragma once

#include "extension/command_center/execute/acceptance.hpp"
#include "extension/command_center/execute/idempotency.hpp"

namespace command_center::extension {

// Claims the idempotency key, if the request has one. Postgres regime.
void claim(InProgress in_progress, Acceptance& acceptance);

// Claims the key, runs the handler and records the command, unless the key was answered from its first use.
// `to_come`: how many more the same call may accept. Any failure must roll all of it back. Postgres regime.
void accept(InProgress in_progress, Acceptance& acceptance, int to_come = 0);

}  // namespace command_center::extension
