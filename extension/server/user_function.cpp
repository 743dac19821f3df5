// Asks pg_proc each time.
#include "extension/server/user_function.hpp"

#include <algorithm>

#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/trust.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

// Whether it may leave behind what runs later in the session: where that could be as a superuser, who SET
// ROLE and will RESET it, only a superuser's code may.
bool is_confined(const Authorship& authorship, bool trusted) {
  return !trusted || (!superuser_arg(authorship.owner) && session_is_of_superuser());
}

Datum call_confined(FunctionCallInfo call) {
  Identity caller{};
  GetUserIdAndSecContext(&caller.user, &caller.security_context);
  const int settings_level = NewGUCNestLevel();
  SetUserIdAndSecContext(caller.user, caller.security_context | SECURITY_RESTRICTED_OPERATION);
  const Datum result = FunctionCallInvoke(call);
  resume_identity(caller);
  AtEOXact_GUC(false, settings_level);
  return result;
}

}  // namespace

Oid resolve_function(const char* signature) {
  return DatumGetObjectId(DirectFunctionCall1(regprocedurein, CStringGetDatum(signature)));
}

Oid find_function(std::string_view signature) {
  LOCAL_FCINFO(call, 1);
  InitFunctionCallInfoData(*call, nullptr, 1, InvalidOid, nullptr, nullptr);
  call->args[0].value = text_datum(signature);
  call->args[0].isnull = false;
  const Datum function = to_regprocedure(call);
  return call->isnull ? InvalidOid : DatumGetObjectId(function);
}

Authorship authorship_of(Oid function) {
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) return {InvalidOid, false};
  const auto* const form = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
  const Authorship authorship = {form->proowner, form->prosecdef};
  ReleaseSysCache(tuple);
  return authorship;
}

bool is_open_to_callers(Oid function) {
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) return false;
  bool open = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple))->prosecdef;
  if (open) {
    bool none = false;
    const Datum settings = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proconfig, &none);
    const TextList set = none ? TextList{nullptr, 0} : text_list(settings);
    open = std::none_of(set.texts, set.texts + set.count,
                        [](const char* setting) { return strncmp(setting, "search_path=", 12) == 0; });
  }
  ReleaseSysCache(tuple);
  return open;
}

bool is_trusted(const Installation& installation, const Authorship& authorship) {
  return may_run_as(installation, authorship.owner, GetUserId());
}

void refuse_distrusted(const char* sqlstate, Oid function, const Authorship& authorship, const char* hint) {
  refuse(
      sqlstate,
      psprintf("function %s of role \"%s\" may not run as role \"%s\"", format_procedure_qualified(function),
               GetUserNameFromId(authorship.owner, true), GetUserNameFromId(GetUserId(), true)),
      nullptr, hint);
}

void check_author(const Installation& installation, Oid function, const char* calls, const char* hint) {
  const Authorship authorship = authorship_of(function);
  if (authorship.is_definer || superuser_arg(authorship.owner) ||
      authorship.owner == owner_of_tables(installation)) {
    return;
  }
  if (!is_trusted(installation, authorship)) refuse_distrusted("KC013", function, authorship, hint);
  ereport(
      NOTICE,
      (errmsg("handler %s belongs to role \"%s\": %s whose rights that role does not have will be refused",
              format_procedure_qualified(function), GetUserNameFromId(authorship.owner, true), calls),
       errhint("%s", hint)));
}

void check_may_execute(Oid function) {
#if PG_VERSION_NUM >= 160000
  const AclResult may = object_aclcheck(ProcedureRelationId, function, GetUserId(), ACL_EXECUTE);
#else
  const AclResult may = pg_proc_aclcheck(function, GetUserId(), ACL_EXECUTE);
#endif
  if (may != ACLCHECK_OK) aclcheck_error(may, OBJECT_FUNCTION, get_func_name(function));
}

Datum call_user_function(const Installation& installation, Oid function, Datum argument, bool* is_null) {
  const Authorship authorship = authorship_of(function);
  const bool trusted = is_trusted(installation, authorship);
  FmgrInfo call;
  fmgr_info(function, &call);
  LOCAL_FCINFO(arguments, 1);
  InitFunctionCallInfoData(*arguments, &call, 1, DEFAULT_COLLATION_OID, nullptr, nullptr);
  arguments->args[0].value = argument;
  arguments->args[0].isnull = false;
  CommandCounterIncrement();
  const Datum result =
      is_confined(authorship, trusted) ? call_confined(arguments) : FunctionCallInvoke(arguments);
  *is_null = arguments->isnull;
  return result;
}

}  // namespace command_center::server
