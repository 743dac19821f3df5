// Turns a refusal that C++ code throws into data, for code that goes on with the next piece of work.
#pragma once

#include <memory>
#include <type_traits>

namespace command_center::boundary {

// A refusal as plain texts in the memory context that was current at the call. Detail and hint are null when
// there is none; message is null when nothing was refused.
struct Refusal {
  char sqlstate[6];
  const char* message;
  const char* detail;
  const char* hint;

  [[nodiscard]] explicit operator bool() const noexcept { return message != nullptr; }
};

namespace internal {
Refusal refusal_of(void (*body)(void*), void* argument);
}  // namespace internal

// Runs `body` and answers the Error it threw, if any. Nothing else is stopped: an ERROR of the server and
// every other exception leave through this call, since only a subtransaction can survive those.
//
// The body keeps to the rules of `enter`, and throws an Error only where nothing of the server waits to be
// undone: no SPI session, no switched identity, no snapshot. Callable in both regimes.
template <typename Body>
[[nodiscard]] Refusal refusal_of(Body&& body) {
  using Function = std::remove_reference_t<Body>;
  static_assert(std::is_trivially_destructible_v<Function>,
                "an error of the server skips destructors: capture references, pointers and plain values");
  static_assert(std::is_void_v<std::invoke_result_t<Body&>>,
                "a body that refused has no result: write results through a captured reference");
  return internal::refusal_of([](void* argument) { (*static_cast<Function*>(argument))(); },
                              const_cast<void*>(static_cast<const void*>(std::addressof(body))));
}

}  // namespace command_center::boundary
