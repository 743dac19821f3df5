// Tells whether a table of the catalogue may have changed since a session last looked.
#pragma once

#include <cstdint>

namespace command_center::extension {

// A number that moves with every change of a catalogue table in any session, and with the rollback of one in
// this session. Caches keep the number they were filled under. Takes what other sessions have sent. Postgres
// regime; needs no setup().
[[nodiscard]] std::uint64_t take_catalogue_changes();

// The same without looking for new messages: moves when one arrived while the server did something else.
[[nodiscard]] std::uint64_t catalogue_generation() noexcept;

// Called after a change of a catalogue table by this session: moves the number in every session, in this one
// at once. Postgres regime.
void announce_catalogue_change(const char* table);

}  // namespace command_center::extension
