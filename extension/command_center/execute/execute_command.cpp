// Decides about one command and, when it is accepted, records and queues it in the caller's transaction.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/arguments.hpp"
#include "extension/command_center/catalogue/reading.hpp"
#include "extension/command_center/execute/decide.hpp"
#include "extension/command_center/execute/record.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Datum acceptance_row(FunctionCallInfo fcinfo, const Acceptance& acceptance) {
  // Known from the call's expression; get_call_result_type() would look the function up and copy the
  // descriptor.
  TupleDesc row_type = lookup_rowtype_tupdesc(get_fn_expr_rettype(fcinfo->flinfo), -1);
  const auto text = [](std::string_view value) {
    return PointerGetDatum(cstring_to_text_with_len(value.data(), static_cast<int>(value.size())));
  };
  Datum values[] = {text("accepted"),
                    uuid_datum(acceptance.command_id),
                    text(acceptance.request->command_name),
                    text(acceptance.target),
                    text(acceptance.correlation_id),
                    text(mode_of(acceptance)),
                    BoolGetDatum(acceptance.replayed),
                    acceptance.result};
  bool nulls[] = {false, false, false, false, false, false, false, acceptance.result == 0};
  const Datum row = HeapTupleGetDatum(heap_form_tuple(row_type, values, nulls));
  ReleaseTupleDesc(row_type);
  return row;
}

Datum execute_command(FunctionCallInfo fcinfo) {
  const Request request = read_request(arguments_of(fcinfo));
  Acceptance acceptance = {};
  acceptance.request = &request;
  begin_decision();
  decide(Purpose::kExecute, InProgress::kWait, acceptance);
  if (!acceptance.replayed) {
    Acceptance* accepted = &acceptance;
    record(&accepted, 1);
  }
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
