// Gives a C++ object the lifetime of a memory context, for objects that outlive one call from the server.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

struct MemoryContextData;

namespace command_center::boundary {

namespace internal {
void delete_with_context(MemoryContextData* context, void (*destroy)(void*) noexcept, void* object);
}  // namespace internal

// Makes a T that is deleted when `context` is reset or deleted; at the end of the transaction, for instance,
// when that is a child of TopTransactionContext. The object itself is on the C++ heap.
//
// Throws what T's constructor throws, std::bad_alloc, or PostgresError when the context has no memory;
// nothing is left behind then. Callable in both regimes. T's destructor must not call the server.
template <typename T, typename... Arguments>
[[nodiscard]] T& make_in_context(MemoryContextData* context, Arguments&&... arguments) {
  static_assert(std::is_nothrow_destructible_v<T>, "the server resets contexts while it handles errors");
  auto object = std::make_unique<T>(std::forward<Arguments>(arguments)...);
  internal::delete_with_context(
      context, [](void* made) noexcept { delete static_cast<T*>(made); }, object.get());
  return *object.release();
}

}  // namespace command_center::boundary
