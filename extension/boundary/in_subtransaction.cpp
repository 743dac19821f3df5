// Begins, releases and rolls back the subtransaction around code that may fail, and says which failures are
// final.
#include "extension/boundary/in_subtransaction.hpp"

#include "extension/boundary/call_pg.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/boundary/guard.hpp"
#include "extension/boundary/postgres_error.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::boundary::internal {

namespace {

struct Attempt {
  void (*body)(void*);
  void* argument;
  ResourceOwner owner;
};

// Releases inside the guard: a subtransaction that cannot be released must be rolled back as well.
void run_and_release(void* argument) noexcept {
  const auto* const attempt = static_cast<Attempt*>(argument);
  enter(attempt->body, attempt->argument);
  ReleaseCurrentSubTransaction();
  CurrentResourceOwner = attempt->owner;
}

bool may_be_survived(const ErrorData* error) {
  if (error == nullptr) {
    return false;
  }
  switch (error->sqlerrcode) {
    case ERRCODE_QUERY_CANCELED:
    case ERRCODE_ADMIN_SHUTDOWN:
    case ERRCODE_CRASH_SHUTDOWN:
    case ERRCODE_ASSERT_FAILURE:
      return false;
    default:
      return true;
  }
}

}  // namespace

ErrorData* in_subtransaction(void (*body)(void*), void* argument) {
  Attempt attempt{body, argument, CurrentResourceOwner};
  boundary::call_pg([]() noexcept { BeginInternalSubTransaction(nullptr); });
  ErrorData* error = nullptr;
  if (run_guarded(run_and_release, &attempt, error) == GuardResult::kReturned) {
    return nullptr;
  }
  boundary::call_pg([&attempt]() noexcept {
    RollbackAndReleaseCurrentSubTransaction();
    CurrentResourceOwner = attempt.owner;
  });
  if (!may_be_survived(error)) {
    throw PostgresError(error);
  }
  return error;
}

}  // namespace command_center::boundary::internal
