// Calls the function that the catalogue names.
#include "extension/command_center/execute/handler.hpp"
#include "extension/command_center/installation.hpp"

#include "extension/boundary/in_subtransaction.hpp"
#include "extension/boundary/refusal_of.hpp"
#include "extension/command_center/execute/payload_check.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/row_type.hpp"
#include "extension/server/user_function.hpp"

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

bool has_shape(Oid function) {
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) return false;
  const auto* const form = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
  const Oid argument = form->pronargs == 1 ? form->proargtypes.values[0] : InvalidOid;
  const bool fits =
      form->prokind == PROKIND_FUNCTION && !is_open_to_callers(function) && !form->proretset &&
      form->prorettype == JSONBOID && OidIsValid(argument) &&
      argument == GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("accepted_command"),
                                  ObjectIdGetDatum(get_namespace_oid("command_center", false)));
  ReleaseSysCache(tuple);
  return fits;
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
    function = resolve_function(signature);
    if (has_shape(function)) stored = format_procedure_qualified(function);
  });
  if (!resolution.succeeded()) refuse("KC013", resolution.error->message, nullptr, kShape);
  if (stored == nullptr)
    refuse("KC013", psprintf("function %s cannot be a handler", signature), nullptr, kShape);
  check_author(kInstallation, function, "commands of senders", kTrust);
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
  if (!authorship.is_definer && !is_trusted(kInstallation, authorship))
    refuse_distrusted("KC012", function, authorship, kTrust);
  bool is_null = false;
  const Datum result = call_user_function(
      kInstallation, function, accepted_command(only_argument_type(function), acceptance), &is_null);
  if (!is_null) {
    acceptance.result = JsonbPGetDatum(DatumGetJsonbP(result));
    check_result(acceptance.result);
  }
  error_context_stack = context.previous;
}

}  // namespace command_center::extension
