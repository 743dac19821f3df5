// Announces a change of the catalogue that no function of ours made; what catalogue_changed() calls.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// Everybody's caches pay for it, so it is for whoever could have them pay by changing the table.
void check_owner(Oid relation) {
  HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
  if (!HeapTupleIsValid(tuple)) refuse("42P01", psprintf("relation with oid %u does not exist", relation));
  const Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relowner;
  ReleaseSysCache(tuple);
  if (has_privs_of_role(GetUserId(), owner)) return;
  refuse("42501", psprintf("must be owner of relation \"%s\"", get_rel_name(relation)));
}

Datum announce_change(FunctionCallInfo fcinfo) {
  const Oid relation = PG_GETARG_OID(0);
  check_owner(relation);
  announce_change_of(relation);
  PG_RETURN_VOID();
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_announce_change);
}

Datum command_center_announce_change(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::announce_change(fcinfo); });
}
