// SQL functions with C++ loops that only an interrupt ends.
#include <chrono>
#include <csignal>
#include <string_view>

#include "extension/boundary/enter.hpp"
#include "extension/boundary/stop_requested.hpp"
#include "extension/core/error/error.hpp"
#include "tests/boundary/module/live_object.hpp"
#include "tests/boundary/module/server_calls.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::boundary_test {

namespace {

bool read_flag() {
  return InterruptPending != 0;
}

void loop_until(bool (*stop)()) {
  const LiveObject object;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < deadline) {
    if (stop()) {
      throw Stopped{};
    }
  }
  throw Error("XX000", "nothing stopped the loop");
}

bool (*predicate(std::string_view name))() {
  return name == "flag" ? read_flag : boundary::stop_requested;
}

}  // namespace

extern "C" {

PG_FUNCTION_INFO_V1(boundary_test_loop);
Datum boundary_test_loop(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    loop_until(predicate(text_argument(fcinfo, 0)));
    return Datum{0};
  });
}

PG_FUNCTION_INFO_V1(boundary_test_cancel_and_loop);
// The cancel request arrives inside C++ code.
Datum boundary_test_cancel_and_loop(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    const std::string_view name = text_argument(fcinfo, 0);
    const LiveObject object;
    kill(MyProcPid, SIGINT);
    loop_until(predicate(name));
    return Datum{0};
  });
}

PG_FUNCTION_INFO_V1(boundary_test_outlive_harmless_interrupt);
// True when an interrupt that asks for nothing was served and ended nothing.
Datum boundary_test_outlive_harmless_interrupt(PG_FUNCTION_ARGS) {
  return boundary::enter([&]() -> Datum {
    (void)fcinfo;
    const LiveObject object;
    InterruptPending = 1;
    const bool stop = boundary::stop_requested();
    return BoolGetDatum(!stop && InterruptPending == 0);
  });
}

}  // extern "C"

}  // namespace command_center::boundary_test
