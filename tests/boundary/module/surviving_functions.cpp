// SQL functions that try something in a subtransaction and say how it ended.
#include <string>

#include "extension/boundary/call_pg.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/boundary/in_subtransaction.hpp"
#include "extension/boundary/postgres_error.hpp"
#include "tests/boundary/module/live_object.hpp"
#include "tests/boundary/module/server_calls.hpp"
#include "tests/boundary/module/ways_to_fail.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::boundary_test {

namespace {

// What a subtransaction must leave as it was.
struct Surroundings {
  MemoryContextData* context;
  ResourceOwner owner;
  ErrorContextCallback* callbacks;
  sigjmp_buf* handler;
  int nesting;
  uint32 holdoff;
};

Surroundings look_around() noexcept {
  return {CurrentMemoryContext,
          CurrentResourceOwner,
          error_context_stack,
          PG_exception_stack,
          GetCurrentTransactionNestLevel(),
          InterruptHoldoffCount};
}

bool operator==(const Surroundings& one, const Surroundings& other) {
  return one.context == other.context && one.owner == other.owner && one.callbacks == other.callbacks &&
         one.handler == other.handler && one.nesting == other.nesting && one.holdoff == other.holdoff;
}

std::string field(const char* name, const char* value) {
  return value != nullptr ? std::string(", ") + name + " " + value : std::string();
}

std::string describe(const boundary::SubtransactionOutcome& outcome) {
  if (outcome.succeeded()) {
    return "kept";
  }
  const ErrorData& error = *outcome.error;
  const char* const sqlstate =
      boundary::call_pg([&]() noexcept { return pstrdup(unpack_sql_state(error.sqlerrcode)); });
  return std::string("rolled back: ") + sqlstate + " " + error.message + field("detail", error.detail) +
         field("hint", error.hint) + field("constraint", error.constraint_name);
}

// Tries `body` with C++ objects alive.
template <typename Body>
std::string attempt(const Body& body) {
  const LiveObject object;
  const Surroundings before = boundary::call_pg([]() noexcept { return look_around(); });
  const std::string outcome = describe(boundary::in_subtransaction(body));
  const Surroundings after = boundary::call_pg([]() noexcept { return look_around(); });
  return before == after ? outcome : outcome + "; surroundings changed";
}

Datum to_text(const std::string& value) {
  return boundary::call_pg([&]() noexcept { return CStringGetTextDatum(value.c_str()); });
}

}  // namespace

extern "C" {

PG_FUNCTION_INFO_V1(boundary_test_attempt);
// The statement runs in Postgres regime, straight below the subtransaction.
Datum boundary_test_attempt(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    const char* const sql = c_string_argument(fcinfo, 0);
    return to_text(attempt([&] { (void)run_sql(sql); }));
  });
}

PG_FUNCTION_INFO_V1(boundary_test_attempt_to_fail);
// The failure comes from C++ code below the subtransaction, after a statement that must not last then.
Datum boundary_test_attempt_to_fail(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    const char* const sql = c_string_argument(fcinfo, 0);
    const std::string_view way = text_argument(fcinfo, 1);
    return to_text(attempt([&] {
      (void)run_sql(sql);
      const LiveObject object;
      fail(way);
    }));
  });
}

PG_FUNCTION_INFO_V1(boundary_test_attempt_and_raise);
// Raises after all what the subtransaction ended with.
Datum boundary_test_attempt_and_raise(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    const char* const sql = c_string_argument(fcinfo, 0);
    const LiveObject object;
    const boundary::SubtransactionOutcome outcome = boundary::in_subtransaction([&] { (void)run_sql(sql); });
    if (!outcome.succeeded()) {
      throw boundary::PostgresError(outcome.error);
    }
    return to_text("kept");
  });
}

}  // extern "C"

}  // namespace command_center::boundary_test
