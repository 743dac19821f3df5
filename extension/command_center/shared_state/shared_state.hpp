// What all sessions of the server share: memory that a restart empties.
#pragma once

#include <cstdint>

namespace command_center::extension {

// The head of it. Whatever else comes to be shared begins here.
struct SharedState {
  std::int32_t tranche;         // of our lightweight locks
  std::int32_t limit_subjects;  // as the setting was when the state was made
  std::uint64_t hash_seed;      // so that nobody can choose subjects that fall into one chain
};

struct LimitPartitions;
struct OutboxSignals;

// Called by _PG_init: asks for the memory when the server is starting, if the library is preloaded.
void install_shared_state_hooks();

// The state of this server, or null: the library was not preloaded, and the server (before PostgreSQL 17) has
// no other way to share memory. On 17 and later the first call of a session attaches it, which may raise an
// error of the server. Postgres regime.
[[nodiscard]] SharedState* shared_state();

// The memory of the limits; not null when shared_state() was not. Also while a transaction is ended.
[[nodiscard]] LimitPartitions* limit_partitions() noexcept;

// The signals of the outbox; likewise.
[[nodiscard]] OutboxSignals* outbox_signals() noexcept;

// What to tell where shared_state() is null.
inline constexpr const char* kSharedStateHint =
    "Set shared_preload_libraries = 'command_center' and restart the server.";

}  // namespace command_center::extension
