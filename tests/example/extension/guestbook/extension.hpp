// What the guest book does when all extensions of ours are asked.
#pragma once

#include "extension/server/family.hpp"
#include "tests/example/extension/guestbook/installation.hpp"

namespace command_center::guestbook {

extern const Extension kExtension;

}  // namespace command_center::guestbook
