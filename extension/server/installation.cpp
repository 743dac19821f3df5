// Looks relations up by name, through the server's caches, and switches identity.
#include "extension/server/installation.hpp"

#include "extension/server/refusal.hpp"
#include "extension/server/trust.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {

Oid find_relation(const Installation& installation, const char* name) {
  const Oid schema = get_namespace_oid(installation.schema, true);
  return OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
}

Oid installed_relation(const Installation& installation, const char* name) {
  const Oid relation = find_relation(installation, name);
  if (!OidIsValid(relation)) {
    refuse("KC015", psprintf("relation \"%s.%s\" does not exist", installation.schema, name), nullptr,
           installation.setup_hint);
  }
  return relation;
}

bool is_installed(const Installation& installation, const char* name) {
  return OidIsValid(find_relation(installation, name));
}

Oid owner_of_tables(const Installation& installation) {
  const Oid relation = installed_relation(installation, installation.owner_table);
  HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
  if (!HeapTupleIsValid(tuple)) {
    refuse("KC015", psprintf("relation \"%s.%s\" was dropped meanwhile", installation.schema,
                             installation.owner_table));
  }
  const Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relowner;
  ReleaseSysCache(tuple);
  return owner;
}

Identity become_owner(const Installation& installation) {
  Identity before{};
  GetUserIdAndSecContext(&before.user, &before.security_context);
  const Oid owner = owner_of_tables(installation);
  int security_context = before.security_context | SECURITY_LOCAL_USERID_CHANGE;
  // A deferred trigger of the owner would run when a superuser commits, and as that superuser.
  if (!superuser_arg(owner) && session_is_of_superuser()) security_context |= SECURITY_RESTRICTED_OPERATION;
  SetUserIdAndSecContext(owner, security_context);
  return before;
}

void resume_identity(Identity identity) {
  SetUserIdAndSecContext(identity.user, identity.security_context);
}

}  // namespace command_center::server
