// Runs in-database handlers.
#pragma once

#include <string_view>

#include "extension/command_center/execute/acceptance.hpp"

namespace command_center::extension {

// Checks a handler, `schema.name(command_center.accepted_command)`, and answers how it is stored: fully
// qualified. It returns jsonb. KC013 otherwise, with what the server says. Postgres regime.
[[nodiscard]] const char* check_handler(const char* signature);

// Whether this command is for a handler and not only for the record.
[[nodiscard]] inline bool is_handled(const Acceptance& acceptance) noexcept {
  return !acceptance.replayed && !acceptance.handler.empty() && !acceptance.observe;
}

// Runs the handler of the target as the calling role, which needs EXECUTE on it, and keeps its answer in
// `result`. Whatever it raises leaves through this call. Postgres regime.
void run_handler(Acceptance& acceptance);

}  // namespace command_center::extension
