// What the daemons' room must not do.
#include "daemon/roles/role.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/core/error/error.hpp"
#include "relay/publisher/publisher.hpp"
