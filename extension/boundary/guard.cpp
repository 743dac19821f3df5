// Stops errors of the server; no C++ object lives in these frames, since they are where a longjmp lands.
#include "extension/boundary/guard.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::boundary::internal {

namespace {

// The copy can run out of memory itself; that error must not leave through the C++ frames below us either.
ErrorData* take_error() noexcept {
  MemoryContextData* const context = CurrentMemoryContext;
  ErrorData* volatile copy = nullptr;
  PG_TRY();
  { copy = CopyErrorData(); }
  PG_CATCH();
  { MemoryContextSwitchTo(context); }
  PG_END_TRY();
  FlushErrorState();
  return copy;
}

}  // namespace

GuardResult run_guarded(void (*body)(void*) noexcept, void* argument, ErrorData*& error) noexcept {
  MemoryContextData* const context = CurrentMemoryContext;
  volatile GuardResult result = GuardResult::kReturned;
  PG_TRY();
  { body(argument); }
  PG_CATCH();
  {
    MemoryContextSwitchTo(context);
    error = take_error();
    result = GuardResult::kRaised;
  }
  PG_END_TRY();
  MemoryContextSwitchTo(context);
  return result;
}

}  // namespace command_center::boundary::internal
