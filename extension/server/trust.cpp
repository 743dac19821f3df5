// Asks the server's roles; answers are not kept, since owners and memberships change.
#include "extension/server/trust.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {

bool may_run_as(const Installation& installation, Oid author, Oid runner) {
  // A superuser has the privileges of every role.
  if (has_privs_of_role(author, runner)) return true;
  return author == owner_of_tables(installation) && !superuser_arg(runner);
}

bool session_is_of_superuser() {
  return superuser_arg(GetUserId()) || superuser_arg(GetOuterUserId()) || superuser_arg(GetSessionUserId()) ||
         superuser_arg(GetAuthenticatedUserId());
}

}  // namespace command_center::server
