// When commands must be done.
#pragma once

#include <cstdint>

#include "extension/core/identifiers/uuid.hpp"

namespace command_center::extension {

struct DispatchDeadline {
  identifiers::Uuid tenant_id;
  identifiers::Uuid command_id;
  std::int64_t deadline;  // the server's timestamp
};

// Records deadlines of commands that are being recorded; commands without an sla have none and cost nothing.
// Postgres regime, in an open session.
void append_deadlines(const DispatchDeadline* deadlines, int count);

}  // namespace command_center::extension
