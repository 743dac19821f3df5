// Decides about one command and, when it is accepted, records and queues it in the caller's transaction.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/catalogue/decision.hpp"
#include "extension/command_center/execute/accept.hpp"
#include "extension/command_center/execute/answer.hpp"
#include "extension/command_center/execute/decide.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/trace_warning.hpp"
#include "extension/server/caches/reading.hpp"
#include "extension/server/row_type.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// Of command_center.acceptance.
constexpr Oid kColumns[kAcceptanceColumns] = {TEXTOID, UUIDOID, TEXTOID, TEXTOID,
                                              TEXTOID, TEXTOID, BOOLOID, JSONBOID};

// Known from the call's expression: get_call_result_type() looks the function up and copies the descriptor.
// Who calls by oid, as libpq's PQfn does, has no expression.
Oid row_type_of(FunctionCallInfo fcinfo) {
  Oid type = get_fn_expr_rettype(fcinfo->flinfo);
  if (!OidIsValid(type)) (void)get_call_result_type(fcinfo, &type, nullptr);
  return type;
}

Datum acceptance_row(FunctionCallInfo fcinfo, const Acceptance& acceptance) {
  TupleDesc row_type = lookup_rowtype_tupdesc(row_type_of(fcinfo), -1);
  check_row_type(row_type, kColumns);
  Datum values[kAcceptanceColumns] = {};
  bool nulls[kAcceptanceColumns] = {};
  fill_acceptance(acceptance, values, nulls);
  const Datum row = HeapTupleGetDatum(heap_form_tuple(row_type, values, nulls));
  ReleaseTupleDesc(row_type);
  return row;
}

Datum execute_command(FunctionCallInfo fcinfo) {
  const Request request = read_request(arguments_of(fcinfo));
  warn_of_dropped_traceparents(request.has_invalid_traceparent ? 1 : 0);
  Acceptance acceptance = {};
  acceptance.request = &request;
  begin_decision();
  decide(Purpose::kExecute, InProgress::kWait, acceptance);
  accept(InProgress::kWait, acceptance);
  return acceptance_row(fcinfo, acceptance);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_execute_command);
}

Datum command_center_execute_command(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::execute_command(fcinfo); });
}
