// Looks relations up by name, through the server's caches, and switches identity.
#include "extension/command_center/installation.hpp"

#include "extension/command_center/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {

Oid installed_relation(const char* name) {
  const Oid schema = get_namespace_oid("command_center", true);
  const Oid relation = OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
  if (!OidIsValid(relation)) {
    refuse("KC015", psprintf("relation \"command_center.%s\" does not exist", name), nullptr,
           "Call command_center.setup() first, as the role that shall own the tables.");
  }
  return relation;
}

bool is_installed(const char* name) {
  const Oid schema = get_namespace_oid("command_center", true);
  return OidIsValid(schema) && OidIsValid(get_relname_relid(name, schema));
}

Identity become_owner() {
  Identity before{};
  GetUserIdAndSecContext(&before.user, &before.security_context);
  const Oid relation = installed_relation("command_dispatches");
  HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
  if (!HeapTupleIsValid(tuple)) {
    refuse("KC015", "relation \"command_center.command_dispatches\" was dropped meanwhile");
  }
  const Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relowner;
  ReleaseSysCache(tuple);
  int security_context = before.security_context | SECURITY_LOCAL_USERID_CHANGE;
  // A deferred trigger of the owner would run when a superuser commits, and as that superuser.
  if (superuser_arg(before.user) && !superuser_arg(owner)) security_context |= SECURITY_RESTRICTED_OPERATION;
  SetUserIdAndSecContext(owner, security_context);
  return before;
}

void resume_identity(Identity identity) {
  SetUserIdAndSecContext(identity.user, identity.security_context);
}

}  // namespace command_center::extension
