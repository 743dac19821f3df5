// Catches what C++ throws, ends every handler and frame of C++, and only then raises it to the server.
#include "extension/boundary/enter.hpp"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>

#include "extension/boundary/failure.hpp"
#include "extension/boundary/postgres_error.hpp"
#include "extension/boundary/sendable.hpp"
#include "extension/core/error/error.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::boundary::internal {

namespace {

// False when the body threw. Nothing of the server is called in a handler: a longjmp out of one would leave
// the exception alive for ever and the C++ runtime believing that it is still being handled.
[[nodiscard]] bool run_and_catch(void (*body)(void*), void* argument, Failure& failure) noexcept {
  try {
    body(argument);
    return true;
  } catch (const Error& error) {
    describe_error(failure, error);
  } catch (const PostgresError& error) {
    failure.kind = Failure::Kind::kFromPostgres;
    failure.postgres_error = error.data();
  } catch (const Stopped&) {
    failure.kind = Failure::Kind::kStopped;
  } catch (const std::bad_alloc&) {
    describe(failure, "53200", "out of memory", "C++ code could not allocate memory.");
  } catch (const std::exception& error) {
    describe(failure, "XX000", "unexpected C++ exception", error.what());
  } catch (...) {
    describe(failure, "XX000", "unexpected C++ exception", "It is not a std::exception.");
  }
  return false;
}

int encoded_sqlstate(const char* text) {
  const std::size_t length = std::strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  const bool is_an_error = length == 5 && text[5] == '\0' && std::strncmp(text, "00", 2) != 0;
  return is_an_error ? MAKE_SQLSTATE(text[0], text[1], text[2], text[3], text[4]) : ERRCODE_INTERNAL_ERROR;
}

// Moves a long detail into the server's memory, where it is freed with the error. The allocation raises
// nothing: the copy from malloc would be lost.
char* take_detail(Failure& failure) {
  if (failure.long_detail == nullptr) {
    return failure.detail;
  }
  const std::size_t size = std::strlen(failure.long_detail) + 1;
  auto* const detail = static_cast<char*>(MemoryContextAllocExtended(ErrorContext, size, MCXT_ALLOC_NO_OOM));
  if (detail != nullptr) {
    std::memcpy(detail, failure.long_detail, size);
  }
  std::free(failure.long_detail);
  return detail != nullptr ? detail : failure.detail;
}

[[noreturn]] void raise_own(Failure& failure) {
  const char* const detail = make_sendable(take_detail(failure));
  const char* const message = make_sendable(failure.message);
  const char* const hint = make_sendable(failure.hint);
  ereport(ERROR, (errcode(encoded_sqlstate(failure.sqlstate)), errmsg_internal("%s", message),
                  detail[0] != '\0' ? errdetail_internal("%s", detail) : 0,
                  hint[0] != '\0' ? errhint("%s", hint) : 0));
  pg_unreachable();
}

[[noreturn]] void raise_from_postgres(ErrorData* error) {
  if (error == nullptr) {
    ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory"),
                    errdetail("There was no memory left to keep an error.")));
  }
  ReThrowError(error);
}

[[noreturn]] void raise_interrupt() {
  CHECK_FOR_INTERRUPTS();
  ereport(ERROR,
          (errcode(ERRCODE_QUERY_CANCELED), errmsg("canceling statement because it was asked to stop")));
  pg_unreachable();
}

[[noreturn]] void raise(Failure& failure) {
  switch (failure.kind) {
    case Failure::Kind::kFromPostgres:
      raise_from_postgres(failure.postgres_error);
    case Failure::Kind::kStopped:
      raise_interrupt();
    case Failure::Kind::kOwn:
      break;
  }
  raise_own(failure);
}

}  // namespace

void enter(void (*body)(void*), void* argument) noexcept {
  // A callback that the body pushed lies in a frame that an exception has removed.
  ErrorContextCallback* const context_callbacks = error_context_stack;
  Failure failure;
  if (run_and_catch(body, argument, failure)) {
    return;
  }
  error_context_stack = context_callbacks;
  raise(failure);
}

}  // namespace command_center::boundary::internal
