// Tells whether a table of an extension's catalogue may have changed since a session last looked.
#pragma once

#include <cstdint>

#include "extension/server/installation.hpp"

namespace command_center::server {

inline constexpr int kMaxWatched = 32;

// What a session knows of the changes of one extension's catalogue. Static storage only; zero at first.
struct CatalogueChanges {
  std::uint64_t generation;
  std::uint64_t decided_under;  // the generation that the decision in hand rests on
  std::uint64_t watched_under;  // the generation when the tables were last looked up
  Oid watched[kMaxWatched];
  const Installation* installation;  // null: not registered yet
  CatalogueChanges* next;            // of the registered ones
};

// A number that moves with every change of a watched table in any session, with the rollback of one in this
// session, and with changes of roles. Caches keep the number they were filled under. Takes what other
// sessions have sent. Postgres regime; needs no setup().
[[nodiscard]] std::uint64_t take_catalogue_changes(const Installation& installation);

// The same without looking for new messages: moves when one arrived while the server did something else.
[[nodiscard]] std::uint64_t catalogue_generation(const Installation& installation) noexcept;

// Called when catalogue tables are read with a snapshot that may be older than the changes that were taken,
// in a parallel query: the number moves once that is over.
void note_older_reading() noexcept;

// Called after a change of a watched table by this session: moves the number in every session, in this one
// at once. Postgres regime.
void announce_catalogue_change(const Installation& installation, const char* table);
void announce_change_of(Oid relation);

}  // namespace command_center::server
