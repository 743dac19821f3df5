// Lets C++ code call the server: an ERROR raised there becomes a C++ exception, so destructors run.
#pragma once

#include <type_traits>
#include <utility>

namespace command_center::boundary {

namespace internal {
void call_pg(void (*body)(void*) noexcept, void* argument);
}  // namespace internal

// Runs `body`, the only place where C++ code may touch the server, and returns its result.
//
// Throws PostgresError when the server raises an ERROR; the error is then not handled, only carried: let it
// reach `enter`. To go on after one, use in_subtransaction. FATAL ends the process as it does anywhere.
// CurrentMemoryContext is afterwards what it was before, whatever happened; so are the error stacks.
//
// The body is in Postgres regime: no C++ object with a destructor inside it, nothing in it may throw (it is
// noexcept, so the process would end). Never call this from a destructor.
template <typename Body>
auto call_pg(Body body) -> std::invoke_result_t<Body&> {
  using Result = std::invoke_result_t<Body&>;
  static_assert(std::is_nothrow_invocable_v<Body&>,
                "a C++ exception cannot pass through the server: declare the lambda noexcept");
  static_assert(std::is_trivially_destructible_v<Body>,
                "an error of the server skips destructors: capture references, pointers and plain values");
  if constexpr (std::is_void_v<Result>) {
    internal::call_pg([](void* argument) noexcept { (*static_cast<Body*>(argument))(); }, &body);
  } else {
    static_assert(std::is_trivially_copyable_v<Result> && std::is_default_constructible_v<Result>,
                  "an error of the server skips destructors: return a plain value");
    struct Call {
      Body* body;
      Result result;
    } call{&body, Result{}};
    internal::call_pg(
        [](void* argument) noexcept {
          auto* const made = static_cast<Call*>(argument);
          made->result = (*made->body)();
        },
        &call);
    return call.result;
  }
}

}  // namespace command_center::boundary
