// Builds on all that is below.
#include "daemon/roles/role.hpp"
#include "extension/core/error/error.hpp"
#include "relay/publisher/publisher.hpp"
