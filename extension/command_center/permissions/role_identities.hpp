// Keeps the names of roles in access_grants and tenant_roles and their identities together.
#pragma once

namespace command_center::extension {

// Writes the name that a role has now where its identity is of this cluster, and the identity of the role
// that has the name where it is of no cluster or of another one: the row was written by hand, or restored.
// Rows of a table that comes by logical replication stay as they came. Nothing before setup() has added the
// column. Postgres regime, in an open session of the owner.
void settle_role_identities();

// Whether setup() has added it.
[[nodiscard]] bool has_role_identities();

}  // namespace command_center::extension
