// The one frame that stops an error of the server on its way up. Internal to the boundary.
#pragma once

struct ErrorData;

namespace command_center::boundary::internal {

enum class GuardResult { kReturned, kRaised };

// Runs `body`. When the server raises an ERROR, `error` becomes a copy of it in the current memory context,
// or null when there is no memory for one; the server's own copy is flushed. Memory context and error stacks
// are restored in both cases.
[[nodiscard]] GuardResult run_guarded(void (*body)(void*) noexcept, void* argument,
                                      ErrorData*& error) noexcept;

}  // namespace command_center::boundary::internal
