// Calls the function that the catalogue names. It is looked up each time: a plan or an oid that is kept could
// be stale.
#include "extension/command_center/execute/handler.hpp"
#include "extension/command_center/installation.hpp"

#include <algorithm>

#include "extension/boundary/in_subtransaction.hpp"
#include "extension/boundary/refusal_of.hpp"
#include "extension/command_center/execute/payload_check.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/row_type.hpp"
#include "extension/server/trust.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr const char* kShape =
    "A handler is a function schema.name(command_center.accepted_command) that returns jsonb; one that is "
    "SECURITY DEFINER has a SET search_path.";

constexpr const char* kTrust =
    "A handler runs with the rights of whoever sends the command: it belongs to a superuser, to the owner of "
    "the tables (unless a superuser sends) or to a role that has the rights of the sender. One of another "
    "role is SECURITY DEFINER with a SET search_path, and runs with the rights of its owner.";

// 42883 and the like when there is no such function.
Oid resolve(const char* signature) {
  return DatumGetObjectId(DirectFunctionCall1(regprocedurein, CStringGetDatum(signature)));
}

// 0 when there is no such function any more.
Oid find_function(std::string_view signature) {
  LOCAL_FCINFO(call, 1);
  InitFunctionCallInfoData(*call, nullptr, 1, InvalidOid, nullptr, nullptr);
  call->args[0].value = text_datum(signature);
  call->args[0].isnull = false;
  const Datum function = to_regprocedure(call);
  return call->isnull ? InvalidOid : DatumGetObjectId(function);
}

// What runs with rights of its own must not look names up where its caller says.
bool is_open_to_callers(HeapTuple function) {
  if (!reinterpret_cast<Form_pg_proc>(GETSTRUCT(function))->prosecdef) return false;
  bool none = false;
  const Datum settings = SysCacheGetAttr(PROCOID, function, Anum_pg_proc_proconfig, &none);
  if (none) return true;
  const TextList set = text_list(settings);
  return std::none_of(set.texts, set.texts + set.count,
                      [](const char* setting) { return strncmp(setting, "search_path=", 12) == 0; });
}

bool has_shape(Oid function) {
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) return false;
  const auto* const form = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
  const Oid argument = form->pronargs == 1 ? form->proargtypes.values[0] : InvalidOid;
  const bool fits =
      form->prokind == PROKIND_FUNCTION && !is_open_to_callers(tuple) && !form->proretset &&
      form->prorettype == JSONBOID && OidIsValid(argument) &&
      argument == GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("accepted_command"),
                                  ObjectIdGetDatum(get_namespace_oid("command_center", false)));
  ReleaseSysCache(tuple);
  return fits;
}

// What of pg_proc says whose rights a function runs with.
struct Authorship {
  Oid owner;
  bool is_definer;
};

// The owner is InvalidOid when the function is gone.
Authorship authorship_of(Oid function) {
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) return {InvalidOid, false};
  const auto* const form = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
  const Authorship authorship = {form->proowner, form->prosecdef};
  ReleaseSysCache(tuple);
  return authorship;
}

// Whether its code, as its owner may replace it at any time, may run as the current user. Not asked once and
// for all: owners, memberships and callers change.
bool is_trusted(const Authorship& authorship) {
  return may_run_as(kInstallation, authorship.owner, GetUserId());
}

[[noreturn]] void refuse_distrusted(const char* sqlstate, Oid function, const Authorship& authorship) {
  refuse(
      sqlstate,
      psprintf("function %s of role \"%s\" may not run as role \"%s\"", format_procedure_qualified(function),
               GetUserNameFromId(authorship.owner, true), GetUserNameFromId(GetUserId(), true)),
      nullptr, kTrust);
}

// At registration nobody knows who will send commands: whoever registers stands for them, but then only as
// far as their own rights go.
void check_author(Oid function) {
  const Authorship authorship = authorship_of(function);
  if (authorship.is_definer || superuser_arg(authorship.owner) ||
      authorship.owner == owner_of_tables(kInstallation)) {
    return;
  }
  if (!is_trusted(authorship)) refuse_distrusted("KC013", function, authorship);
  ereport(
      NOTICE,
      (errmsg("handler %s belongs to role \"%s\": commands of senders whose rights that role does not have "
              "will be refused",
              format_procedure_qualified(function), GetUserNameFromId(authorship.owner, true)),
       errhint("%s", kTrust)));
}

// Whether it may leave behind what runs later in the session: where that could be as a superuser, who SET
// ROLE and will RESET it, only a superuser's code may.
bool is_confined(const Authorship& authorship, bool trusted) {
  return !trusted || (!superuser_arg(authorship.owner) && session_is_of_superuser());
}

// The code of a lesser role leaves nothing behind that would run as somebody else: no deferred trigger, no
// temporary object, no cursor, no setting, no SET ROLE.
Datum call_confined(FunctionCallInfo call) {
  Identity sender{};
  GetUserIdAndSecContext(&sender.user, &sender.security_context);
  const int settings_level = NewGUCNestLevel();
  SetUserIdAndSecContext(sender.user, sender.security_context | SECURITY_RESTRICTED_OPERATION);
  const Datum result = FunctionCallInvoke(call);
  resume_identity(sender);
  AtEOXact_GUC(false, settings_level);
  return result;
}

void check_may_execute(Oid function) {
#if PG_VERSION_NUM >= 160000
  const AclResult may = object_aclcheck(ProcedureRelationId, function, GetUserId(), ACL_EXECUTE);
#else
  const AclResult may = pg_proc_aclcheck(function, GetUserId(), ACL_EXECUTE);
#endif
  if (may != ACLCHECK_OK) aclcheck_error(may, OBJECT_FUNCTION, get_func_name(function));
}

// Of command_center.accepted_command.
constexpr Oid kCommandTypes[] = {UUIDOID,  TEXTOID, INT4OID, TEXTOID, UUIDOID, UUIDOID,        TEXTOID,
                                 JSONBOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, JSONBOID};

// The argument of the handler: a row of its parameter's type.
Datum accepted_command(Oid row_type_id, const Acceptance& acceptance) {
  const Request& request = *acceptance.request;
  TupleDesc row_type = lookup_rowtype_tupdesc(row_type_id, -1);
  check_row_type(row_type, kCommandTypes);
  Datum values[] = {uuid_datum(acceptance.command_id),
                    text_datum(request.command_name),
                    Int32GetDatum(acceptance.template_version),
                    text_datum(acceptance.target),
                    uuid_datum(request.tenant_id),
                    uuid_datum(request.property_id),
                    text_datum(request.environment),
                    request.initiator,
                    text_datum(acceptance.correlation_id),
                    text_datum(request.idempotency_key),
                    text_datum(request.traceparent),
                    text_datum(acceptance.partition_key),
                    TimestampTzGetDatum(acceptance.received_at),
                    request.payload};
  bool nulls[] = {false,
                  false,
                  false,
                  false,
                  false,
                  !request.has_property,
                  false,
                  !request.has_initiator,
                  false,
                  request.idempotency_key.empty(),
                  request.traceparent.empty(),
                  false,
                  false,
                  false};
  const Datum row = HeapTupleGetDatum(heap_form_tuple(row_type, values, nulls));
  ReleaseTupleDesc(row_type);
  return row;
}

Oid only_argument_type(Oid function) {
  Oid* types = nullptr;
  int count = 0;
  (void)get_func_signature(function, &types, &count);
  return types[0];
}

// An error of a handler says whose it is.
void name_handler(void* argument) {
  const auto* const acceptance = static_cast<const Acceptance*>(argument);
  const std::string_view command = acceptance->request->command_name;
  errcontext("handler of service \"%.*s\" for command \"%.*s\"", static_cast<int>(acceptance->target.size()),
             acceptance->target.data(), static_cast<int>(command.size()), command.data());
}

// Raised here and not thrown, so that the error says whose result it is.
void check_result(Datum result) {
  const boundary::Refusal refusal =
      boundary::refusal_of([result] { check_size(result, "result of the handler"); });
  if (refusal) refuse(refusal.sqlstate, refusal.message, refusal.detail, refusal.hint);
}

}  // namespace

const char* check_handler(const char* signature) {
  const char* stored = nullptr;
  Oid function = InvalidOid;
  const auto resolution = boundary::in_subtransaction([&] {
    function = resolve(signature);
    if (has_shape(function)) stored = format_procedure_qualified(function);
  });
  if (!resolution.succeeded()) refuse("KC013", resolution.error->message, nullptr, kShape);
  if (stored == nullptr)
    refuse("KC013", psprintf("function %s cannot be a handler", signature), nullptr, kShape);
  check_author(function);
  return stored;
}

void run_handler(Acceptance& acceptance) {
  ErrorContextCallback context = {error_context_stack, name_handler, &acceptance};
  error_context_stack = &context;
  const Oid function = find_function(acceptance.handler);
  if (!OidIsValid(function)) {
    refuse("KC012", psprintf("function %s does not exist any more", zero_terminated(acceptance.handler)),
           nullptr,
           "Create it again, or give the service another handler with command_center.set_service().");
  }
  check_may_execute(function);
  if (!has_shape(function)) {
    refuse("KC012",
           psprintf("function %s cannot be a handler any more", format_procedure_qualified(function)),
           nullptr, kShape);
  }
  const Authorship authorship = authorship_of(function);
  const bool trusted = is_trusted(authorship);
  if (!trusted && !authorship.is_definer) refuse_distrusted("KC012", function, authorship);
  FmgrInfo call;
  fmgr_info(function, &call);
  LOCAL_FCINFO(arguments, 1);
  InitFunctionCallInfoData(*arguments, &call, 1, DEFAULT_COLLATION_OID, nullptr, nullptr);
  arguments->args[0].value = accepted_command(only_argument_type(function), acceptance);
  arguments->args[0].isnull = false;
  // It sees what this transaction has done so far.
  CommandCounterIncrement();
  const Datum result =
      is_confined(authorship, trusted) ? call_confined(arguments) : FunctionCallInvoke(arguments);
  if (!arguments->isnull) {
    acceptance.result = JsonbPGetDatum(DatumGetJsonbP(result));
    check_result(acceptance.result);
  }
  error_context_stack = context.previous;
}

}  // namespace command_center::extension
