// Runs code that may fail without failing the caller's transaction: the only way to go on after an error of
// the server.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

struct ErrorData;

namespace command_center::boundary {

struct SubtransactionOutcome {
  // Null when the subtransaction was released into its parent. Otherwise why it was rolled back, in the
  // memory context that was current at the call.
  ErrorData* error = nullptr;

  [[nodiscard]] bool succeeded() const noexcept { return error == nullptr; }
};

namespace internal {
ErrorData* in_subtransaction(void (*body)(void*), void* argument);
}  // namespace internal

// Runs `body` in a subtransaction of its own; all its effects stay when it returns, none when it raises or
// throws.
//
// The body keeps to the same rules as that of `enter` and may fail in the same ways. May be called in both
// regimes, with C++ objects alive. Memory context and resource owner are the caller's inside the body and
// afterwards.
//
// Throws PostgresError, after rolling back, for what must never be survived: a cancelled query (57014), a
// shutdown (57P01, 57P02), a failed assertion (P0004), an error there was no memory to keep; and when the
// subtransaction itself cannot be begun or ended, in a parallel worker before PostgreSQL 17 for instance.
template <typename Body>
[[nodiscard]] SubtransactionOutcome in_subtransaction(Body&& body) {
  using Function = std::remove_reference_t<Body>;
  static_assert(std::is_trivially_destructible_v<Function>,
                "an error of the server skips destructors: capture references, pointers and plain values");
  static_assert(std::is_void_v<std::invoke_result_t<Body&>>,
                "a body that failed has no result: write results through a captured reference");
  return {internal::in_subtransaction([](void* argument) { (*static_cast<Function*>(argument))(); },
                                      const_cast<void*>(static_cast<const void*>(std::addressof(body))))};
}

}  // namespace command_center::boundary
