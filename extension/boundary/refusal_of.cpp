// Catches our own error, and copies it into the server's memory after the handler has ended.
#include "extension/boundary/refusal_of.hpp"

#include <cstdlib>
#include <cstring>

#include "extension/boundary/failure.hpp"
#include "extension/boundary/sendable.hpp"
#include "extension/core/error/error.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::boundary::internal {

namespace {

[[nodiscard]] bool run_and_catch_refusal(void (*body)(void*), void* argument, Failure& failure) {
  try {
    body(argument);
    return false;
  } catch (const Error& error) {
    describe_error(failure, error);
    return true;
  }
}

// Null for an empty text. Allocates without raising, since a detail from malloc may wait to be freed.
const char* kept(const char* text) noexcept {
  if (text[0] == '\0') {
    return nullptr;
  }
  const std::size_t size = std::strlen(text) + 1;
  void* const copy = MemoryContextAllocExtended(CurrentMemoryContext, size, MCXT_ALLOC_NO_OOM);
  if (copy == nullptr) {
    return nullptr;
  }
  std::memcpy(copy, text, size);
  return make_sendable(static_cast<char*>(copy));
}

// A body that threw as somebody else broke the rule of the header; nobody goes on with rights that are not
// theirs.
void require_same_identity(Oid user, int security_context) {
  Oid user_now = InvalidOid;
  int security_context_now = 0;
  GetUserIdAndSecContext(&user_now, &security_context_now);
  if (user_now != user || security_context_now != security_context)
    elog(FATAL, "a refusal left another identity behind");
}

}  // namespace

Refusal refusal_of(void (*body)(void*), void* argument) {
  Refusal refusal = {};
  Oid user = InvalidOid;
  int security_context = 0;
  GetUserIdAndSecContext(&user, &security_context);
  ErrorContextCallback* const context_callbacks = error_context_stack;
  MemoryContextData* const context = CurrentMemoryContext;
  Failure failure;
  if (!run_and_catch_refusal(body, argument, failure)) {
    return refusal;
  }
  error_context_stack = context_callbacks;
  CurrentMemoryContext = context;
  require_same_identity(user, security_context);
  std::memcpy(refusal.sqlstate, failure.sqlstate, sizeof refusal.sqlstate);
  refusal.message = kept(failure.message);
  refusal.hint = kept(failure.hint);
  refusal.detail = kept(failure.long_detail != nullptr ? failure.long_detail : failure.detail);
  std::free(failure.long_detail);
  if (refusal.message == nullptr) {
    refusal.message = "refused";
  }
  return refusal;
}

}  // namespace command_center::boundary::internal
