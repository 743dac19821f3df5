// Asks glibc.
#include "extension/server/caches/allocated_bytes.hpp"

#include <malloc.h>

namespace command_center::server {

std::size_t allocated_bytes() noexcept {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

std::size_t allocated_since(std::size_t before) noexcept {
  const std::size_t now = allocated_bytes();
  return now > before ? now - before : 0;
}

void return_free_memory() noexcept {
#if defined(__GLIBC__)
  (void)malloc_trim(0);
#endif
}

}  // namespace command_center::server
