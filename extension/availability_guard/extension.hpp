// What the Availability Guard does when all extensions of ours are asked.
#pragma once

#include "extension/availability_guard/installation.hpp"
#include "extension/server/family.hpp"

namespace command_center::guard {

extern const Extension kExtension;

}  // namespace command_center::guard
