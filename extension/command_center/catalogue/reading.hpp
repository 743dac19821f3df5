// Reads catalogue tables so that what is read can be kept.
#pragma once

#include <cstdint>

#include "extension/command_center/spi.hpp"

namespace command_center::extension {

// All functions are Postgres regime.

// Takes what other sessions have changed. Called once at the start of each decision, and of each batch of
// them.
void begin_decision();

// The generation of the catalogue that the decision rests on.
[[nodiscard]] std::uint64_t decision_generation() noexcept;

// Runs a query over catalogue tables until no change arrived while it ran, with the newest snapshot, never
// the transaction's own: a REPEATABLE READ caller would keep an old answer for the rest of the session.
std::uint64_t read_stable(Statement& statement, const Parameters& parameters);

}  // namespace command_center::extension
