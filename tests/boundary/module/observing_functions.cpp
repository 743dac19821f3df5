// SQL functions that make objects with the lifetime of a context, and that count what is alive.
#include <malloc.h>

#include <exception>
#include <string>
#include <string_view>

#include "extension/boundary/enter.hpp"
#include "extension/boundary/make_in_context.hpp"
#include "tests/boundary/module/live_object.hpp"
#include "tests/boundary/module/server_calls.hpp"
#include "tests/boundary/module/ways_to_fail.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::boundary_test {

namespace {

struct Kept {
  explicit Kept(std::string_view way) { fail(way); }

  LiveObject object;
};

MemoryContextData* context_named(std::string_view name) {
  if (name == "transaction") {
    return TopTransactionContext;
  }
  return name == "subtransaction" ? CurTransactionContext : CurrentMemoryContext;
}

}  // namespace

extern "C" {

PG_FUNCTION_INFO_V1(boundary_test_keep_object);
// Makes an object in the context of the "call", "subtransaction" or "transaction"; its constructor may fail.
Datum boundary_test_keep_object(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    const std::string_view context = text_argument(fcinfo, 0);
    const std::string_view way = text_argument(fcinfo, 1);
    (void)boundary::make_in_context<Kept>(context_named(context), way);
    return Int64GetDatum(LiveObject::count());
  });
}

PG_FUNCTION_INFO_V1(boundary_test_live_objects);
Datum boundary_test_live_objects(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    (void)fcinfo;
    return Int64GetDatum(LiveObject::count());
  });
}

PG_FUNCTION_INFO_V1(boundary_test_exceptions_in_flight);
// Counts exceptions that C++ believes to be on their way or in a handler: none, unless somebody jumped out of
// one.
Datum boundary_test_exceptions_in_flight(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    (void)fcinfo;
    return Int32GetDatum(std::uncaught_exceptions() + (std::current_exception() != nullptr ? 1 : 0));
  });
}

PG_FUNCTION_INFO_V1(boundary_test_heap_bytes);
// Bytes in use in the process's heap, which holds the server's memory contexts and all C++ objects.
Datum boundary_test_heap_bytes(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    (void)fcinfo;
    const auto heap = mallinfo2();
    return Int64GetDatum(static_cast<int64>(heap.uordblks + heap.hblkhd));
  });
}

}  // extern "C"

}  // namespace command_center::boundary_test
