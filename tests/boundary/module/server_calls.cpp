// Reads arguments and runs SQL with nothing but palloc'd data.
#include "tests/boundary/module/server_calls.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::boundary_test {

std::string_view text_argument(FunctionCallInfoBaseData* call, int index) {
  const text* const value = DatumGetTextPP(call->args[index].value);
  return {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

const char* c_string_argument(FunctionCallInfoBaseData* call, int index) {
  return text_to_cstring(DatumGetTextPP(call->args[index].value));
}

const char* run_sql(const char* sql) {
  MemoryContextData* const callers = CurrentMemoryContext;
  SPI_connect();
  const int result = SPI_execute(sql, false, 0);
  if (result < 0) {
    elog(ERROR, "could not run the statement: %s", SPI_result_code_string(result));
  }
  const char* value = nullptr;
  if (SPI_tuptable != nullptr && SPI_processed > 0) {
    value = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
  }
  value = MemoryContextStrdup(callers, value != nullptr ? value : "");
  SPI_finish();
  return value;
}

}  // namespace command_center::boundary_test
