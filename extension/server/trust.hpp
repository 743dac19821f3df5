// Whose code may run with whose rights.
#pragma once

#include "extension/server/installation.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::server {

// Whether code that belongs to `author` may run as `runner`: it then does no more than its author could do
// alone, being a superuser, the runner itself or a role with the runner's rights. The owner of the tables is
// trusted by every runner but a superuser, whom one who is none must not become. Postgres regime.
[[nodiscard]] bool may_run_as(const Installation& installation, Oid author, Oid runner);

// Whether this session may act as a superuser before its transaction ends, when deferred triggers run: the
// current user is one, or who SET ROLE or logged in.
[[nodiscard]] bool session_is_of_superuser();

}  // namespace command_center::server
