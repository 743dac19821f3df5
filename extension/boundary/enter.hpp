// Lets the server call our code: whatever C++ throws inside becomes an SQL error once every destructor has
// run.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace command_center::boundary {

namespace internal {
void enter(void (*body)(void*), void* argument) noexcept;
}  // namespace internal

// Runs `body` and returns its result; the outermost thing in every SQL-callable function, trigger, hook and
// callback.
//
// The body starts in Postgres regime: it may call the server directly, and an ERROR raised there leaves
// through this call as if it were not here, so no C++ object with a destructor may be alive then. Afterwards
// it may run C++ code, which reaches the server only through call_pg and may throw:
//   Error           raised with its SQLSTATE, message, detail and hint
//   PostgresError   the server's own error, unchanged
//   Stopped         the pending interrupt is served (cancel, shutdown …); if there is none left, 57014
//   std::bad_alloc  53200
//   anything else   XX000, with what() if it has one
// Message and hint are cut to a kilobyte, detail to a megabyte, never inside a UTF-8 character; bytes that
// are not text in the database's encoding become "?". Never throws.
template <typename Body>
auto enter(Body&& body) noexcept -> std::invoke_result_t<Body&> {
  using Function = std::remove_reference_t<Body>;
  using Result = std::invoke_result_t<Body&>;
  static_assert(std::is_trivially_destructible_v<Function>,
                "an error of the server skips destructors: capture references, pointers and plain values");
  if constexpr (std::is_void_v<Result>) {
    internal::enter([](void* argument) { (*static_cast<Function*>(argument))(); },
                    const_cast<void*>(static_cast<const void*>(std::addressof(body))));
  } else {
    static_assert(std::is_trivially_copyable_v<Result> && std::is_default_constructible_v<Result>,
                  "an error of the server skips destructors: return a Datum or another plain value");
    struct Call {
      Function* body;
      Result result;
    } call{std::addressof(body), Result{}};
    internal::enter(
        [](void* argument) {
          auto* const made = static_cast<Call*>(argument);
          made->result = (*made->body)();
        },
        &call);
    return call.result;
  }
}

}  // namespace command_center::boundary
