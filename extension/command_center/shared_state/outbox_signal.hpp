// Tells sessions that wait for the outbox that something in it was committed: a count in shared memory, not
// NOTIFY, whose lock at commit serialises the cluster.
#pragma once

#include <cstddef>
#include <cstdint>

namespace command_center::extension {

struct OutboxSignals;

// The memory for the signals of all databases, and how to make it.
[[nodiscard]] std::size_t outbox_signals_bytes() noexcept;
void format_outbox_signals(void* memory) noexcept;

// Has the commit of this transaction signal, when there is shared memory; at most once, whatever it appends.
// A prepared transaction does not: COMMIT PREPARED knows nothing of it. Postgres regime.
void signal_outbox_at_commit();

// How many commits have signalled so far, as far as this database's waiters need to know. Those of another
// database may count, too. Needs outbox_signals() to be there.
[[nodiscard]] std::uint64_t outbox_commits() noexcept;

// Waits until the count is not `seen`, for at most so long; answers the count. Postgres regime: may be
// cancelled.
[[nodiscard]] std::uint64_t await_outbox_commit(std::uint64_t seen, long timeout_ms);

}  // namespace command_center::extension
