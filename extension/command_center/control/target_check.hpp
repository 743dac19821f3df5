// Says when commands cannot be sent to the service that a definition names.
#pragma once

#include "extension/command_center/installation.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// Adds a warning to the findings that a function answers when the service takes no commands now, and answers
// whether there is such a service. Postgres regime, in an open session.
bool put_target_warnings(FunctionCallInfoBaseData* fcinfo, Datum service);

}  // namespace command_center::extension
