// SQL functions that turn a refusal into data and say what it was.
#include <string>

#include "extension/boundary/call_pg.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/boundary/refusal_of.hpp"
#include "tests/boundary/module/live_object.hpp"
#include "tests/boundary/module/server_calls.hpp"
#include "tests/boundary/module/ways_to_fail.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::boundary_test {

namespace {

std::string describe(const boundary::Refusal& refusal) {
  if (!refusal) return "not refused";
  const auto field = [](const char* name, const char* value) {
    return value != nullptr
               ? std::string(", ") + name + " of " + std::to_string(std::string_view(value).size()) + " bytes"
               : std::string();
  };
  return std::string("refused: ") + refusal.sqlstate + " " + std::string(refusal.message).substr(0, 60) +
         field("detail", refusal.detail) + field("hint", refusal.hint);
}

}  // namespace

extern "C" {

PG_FUNCTION_INFO_V1(boundary_test_refuse);
// The failure comes from C++ code with objects alive on both sides of the call, below a context callback.
Datum boundary_test_refuse(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    const std::string_view way = text_argument(fcinfo, 0);
    const LiveObject object;
    ErrorContextCallback* const callbacks = error_context_stack;
    const boundary::Refusal refusal = boundary::refusal_of([&] {
      ErrorContextCallback below = {error_context_stack, [](void*) {}, nullptr};
      error_context_stack = &below;
      const LiveObject inner;
      fail(way);
      error_context_stack = below.previous;
    });
    const std::string said =
        describe(refusal) + (error_context_stack == callbacks ? "" : "; context stack changed");
    return boundary::call_pg([&]() noexcept { return CStringGetTextDatum(said.c_str()); });
  });
}

PG_FUNCTION_INFO_V1(boundary_test_refuse_query);
// The statement runs in Postgres regime, straight below the call.
Datum boundary_test_refuse_query(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    const char* const sql = c_string_argument(fcinfo, 0);
    const boundary::Refusal refusal = boundary::refusal_of([&] { (void)run_sql(sql); });
    return CStringGetTextDatum(refusal ? "refused" : "not refused");
  });
}

}  // extern "C"

}  // namespace command_center::boundary_test
