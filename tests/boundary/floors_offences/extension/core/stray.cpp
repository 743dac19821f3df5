// What core must not do. A remark about command_center.services is none of it.
#include "extension/core/stray.hpp"
#include "daemon/failure.hpp"
#include "extension/server/statements.hpp"

namespace command_center::stray {

const char* table = "command_center.services";

}  // namespace command_center::stray
