// SQL functions that fail on either side of `enter`.
#include <stdexcept>
#include <string>

#include "extension/boundary/call_pg.hpp"
#include "extension/boundary/enter.hpp"
#include "tests/boundary/module/live_object.hpp"
#include "tests/boundary/module/server_calls.hpp"
#include "tests/boundary/module/ways_to_fail.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::boundary_test {

namespace {

void add_context(void*) {
  errcontext("a frame that is gone");
}

// Leaves a pointer into this very frame behind when the failure is an exception.
[[gnu::noinline]] void fail_under_context_callback(std::string_view way) {
  ErrorContextCallback callback;
  callback.previous = error_context_stack;
  callback.callback = add_context;
  callback.arg = nullptr;
  error_context_stack = &callback;
  fail(way);
  error_context_stack = callback.previous;
}

}  // namespace

extern "C" {

PG_FUNCTION_INFO_V1(boundary_test_raise);
// Raises before any C++ code ran.
Datum boundary_test_raise(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    const char* const message = c_string_argument(fcinfo, 0);
    ereport(ERROR, (errcode(ERRCODE_CHECK_VIOLATION), errmsg("%s", message), errdetail("It looked twice."),
                    errhint("Ask again."), err_generic_string(PG_DIAG_CONSTRAINT_NAME, "never")));
    return Datum{0};
  });
}

PG_FUNCTION_INFO_V1(boundary_test_fail);
Datum boundary_test_fail(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    fail(text_argument(fcinfo, 0));
    return Datum{0};
  });
}

PG_FUNCTION_INFO_V1(boundary_test_fail_under_context_callback);
Datum boundary_test_fail_under_context_callback(PG_FUNCTION_ARGS) {
  boundary::enter([&] { fail_under_context_callback(text_argument(fcinfo, 0)); });
  return Datum{0};
}

PG_FUNCTION_INFO_V1(boundary_test_query);
// Runs a statement with C++ objects alive.
Datum boundary_test_query(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    const char* const sql = c_string_argument(fcinfo, 0);
    const LiveObject object;
    const std::string value = boundary::call_pg([&]() noexcept { return run_sql(sql); });
    return boundary::call_pg([&]() noexcept { return CStringGetTextDatum(value.c_str()); });
  });
}

PG_FUNCTION_INFO_V1(boundary_test_switch_context);
// Leaves another memory context behind in call_pg, then raises there, and tells whether its caller noticed
// the first.
Datum boundary_test_switch_context(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    (void)fcinfo;
    MemoryContextData* const before = CurrentMemoryContext;
    const LiveObject object;
    boundary::call_pg([]() noexcept { MemoryContextSwitchTo(TopTransactionContext); });
    return BoolGetDatum(CurrentMemoryContext == before);
  });
}

}  // extern "C"

}  // namespace command_center::boundary_test
