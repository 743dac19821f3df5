// Throws, outside the guard's frame, what the guard stopped.
#include "extension/boundary/call_pg.hpp"

#include "extension/boundary/guard.hpp"
#include "extension/boundary/postgres_error.hpp"

namespace command_center::boundary::internal {

void call_pg(void (*body)(void*) noexcept, void* argument) {
  ErrorData* error = nullptr;
  if (run_guarded(body, argument, error) == GuardResult::kRaised) {
    throw PostgresError(error);
  }
}

}  // namespace command_center::boundary::internal
