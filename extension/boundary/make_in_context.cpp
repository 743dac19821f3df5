// Registers the callback by which a memory context deletes a C++ object.
#include "extension/boundary/make_in_context.hpp"

#include "extension/boundary/call_pg.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::boundary::internal {

void delete_with_context(MemoryContextData* context, void (*destroy)(void*) noexcept, void* object) {
  boundary::call_pg([=]() noexcept {
    auto* const callback =
        static_cast<MemoryContextCallback*>(MemoryContextAlloc(context, sizeof(MemoryContextCallback)));
    callback->func = destroy;
    callback->arg = object;
    MemoryContextRegisterResetCallback(context, callback);
  });
}

}  // namespace command_center::boundary::internal
