// What the Command Center does when all extensions of ours are asked.
#pragma once

#include "extension/command_center/installation.hpp"
#include "extension/server/family.hpp"

namespace command_center::extension {

extern const Extension kExtension;

}  // namespace command_center::extension
