// What a batch of commands will lock.
#pragma once

#include "extension/availability_guard/installation.hpp"
#include "extension/server/family.hpp"

namespace command_center::guard {

extern const CommandLocks kCommandLocks;

}  // namespace command_center::guard
