// Writes what was decided: one dispatch row, and one outbox row for each message.
#pragma once

#include "extension/command_center/execute/acceptance.hpp"

namespace command_center::extension {

// Inserts the rows of accepted commands as the owner of the tables, in their order. `to_come`: how many more
// the same call may record later. Postgres regime.
void record(Acceptance* const* acceptances, int count, int to_come);

}  // namespace command_center::extension
