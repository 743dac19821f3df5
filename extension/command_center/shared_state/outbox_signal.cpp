// One signal for each of a fixed number of groups of databases, so that the memory is bounded and nothing is
// registered or given up. A group's waiters wake for each other's databases, which costs them a look.
#include "extension/command_center/shared_state/outbox_signal.hpp"

#include <atomic>
#include <chrono>
#include <new>

#include "extension/command_center/shared_state/shared_state.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {

// Each on cache lines of its own: every commit writes to it.
struct alignas(PG_CACHE_LINE_SIZE) OutboxSignal {
  std::atomic<std::uint64_t> commits;
  ConditionVariable changed;
};

struct OutboxSignals {
  static constexpr std::uint32_t kCount = 64;

  OutboxSignal signals[kCount];
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "it is shared between processes");

namespace {

bool appended = false;

OutboxSignal& signal_of_this_database() noexcept {
  return outbox_signals()->signals[murmurhash32(MyDatabaseId) % OutboxSignals::kCount];
}

// At XACT_EVENT_COMMIT the rows are visible to whoever takes a snapshot, and standbys that were to be waited
// for have them.
void at_end_of_transaction(XactEvent event, void* /*argument*/) noexcept {
  if (!appended) return;
  if (event == XACT_EVENT_COMMIT) {
    OutboxSignal& signal = signal_of_this_database();
    signal.commits.fetch_add(1, std::memory_order_seq_cst);
    ConditionVariableBroadcast(&signal.changed);
  }
  if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
    appended = false;
}

}  // namespace

std::size_t outbox_signals_bytes() noexcept {
  return sizeof(OutboxSignals);
}

void format_outbox_signals(void* memory) noexcept {
  auto* all = static_cast<OutboxSignals*>(memory);
  for (OutboxSignal& signal : all->signals) {
    new (&signal.commits) std::atomic<std::uint64_t>(0);
    ConditionVariableInit(&signal.changed);
  }
}

void signal_outbox_at_commit() {
  if (appended || shared_state() == nullptr) return;
  static bool registered = false;
  if (!registered) {
    RegisterXactCallback(at_end_of_transaction, nullptr);
    registered = true;
  }
  appended = true;
}

std::uint64_t outbox_commits() noexcept {
  return signal_of_this_database().commits.load(std::memory_order_seq_cst);
}

std::uint64_t await_outbox_commit(std::uint64_t seen, long timeout_ms) {
  // The clock of the day may be set back meanwhile.
  using Clock = std::chrono::steady_clock;
  const Clock::time_point until = Clock::now() + std::chrono::milliseconds(timeout_ms);
  ConditionVariable* changed = &signal_of_this_database().changed;
  ConditionVariablePrepareToSleep(changed);
  while (outbox_commits() == seen) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0 || ConditionVariableTimedSleep(changed, left, PG_WAIT_EXTENSION)) break;
  }
  ConditionVariableCancelSleep();
  return outbox_commits();
}

}  // namespace command_center::extension
