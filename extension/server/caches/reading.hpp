// Reads catalogue tables so that what is read can be kept.
#pragma once

#include <cstdint>

#include "extension/server/installation.hpp"
#include "extension/server/statements.hpp"
#include "extension/server/table_shape.hpp"

namespace command_center::server {

// All functions are Postgres regime.

// Takes what other sessions have changed. Called once at the start of each decision, and of each batch of
// them: until the next call all caches of the extension answer as of now.
void begin_reading(const Installation& installation);

// The generation of the catalogue that the decision rests on.
[[nodiscard]] std::uint64_t decision_generation(const Installation& installation) noexcept;

// Runs a query over catalogue tables until no change arrived while it ran, with the newest snapshot, never
// the transaction's own: a REPEATABLE READ caller would keep an old answer for the rest of the session.
std::uint64_t read_stable(Statement& statement, const Parameters& parameters);

// Whether a catalogue table has a row with these values in the first columns of its primary key, likewise; by
// the statement, which takes them as its parameters, where the table is not as written. Needs no right on the
// table.
[[nodiscard]] bool exists_stable(const TableShape& table, Statement& statement, const Parameters& values);

}  // namespace command_center::server
