// The settings of the session that a daemon relies on, whatever a role, a database or a pooler has set.
#pragma once

#include <string>

namespace command_center::daemon::postgres {

// How long what is set lasts: a session is ours alone, unless a pooler stands between.
enum class PinScope { kSession, kTransaction };

// One SELECT that sets all of them.
[[nodiscard]] std::string pin_settings(PinScope scope, int server_version);

}  // namespace command_center::daemon::postgres
