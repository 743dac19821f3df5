// Lets the server serve a pending interrupt in the middle of a computation.
#include "extension/boundary/stop_requested.hpp"

#include "extension/boundary/call_pg.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::boundary {

bool stop_requested() {
  if (InterruptPending != 0) {
    call_pg([]() noexcept { CHECK_FOR_INTERRUPTS(); });
  }
  return false;
}

}  // namespace command_center::boundary
