// Keeps the highest rank of the transaction, and for each subtransaction that moved it what it was before.
#include "extension/server/locks/rank.hpp"

#include <algorithm>
#include <tuple>

#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

struct Held {
  Rank highest;  // of kind 0: nothing
  int counted;
};

// What was held before a subtransaction took its first lock. Numbers of subtransactions only grow, so those
// of one and of all within it are at the end while it lasts.
struct Step {
  SubTransactionId owner;
  Held before;
};

struct Ledger {
  Held held;
  Step* steps;
  std::size_t count;
  std::size_t capacity;
};

Ledger ledger = {};

// Both run while a transaction ends, where nothing may fail: they allocate nothing.
void at_end_of_transaction(XactEvent event, void* /*argument*/) noexcept {
  if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE) return;
  ledger.held = {};
  ledger.count = 0;
}

void at_end_of_subtransaction(SubXactEvent event, SubTransactionId ended, SubTransactionId /*parent*/,
                              void* /*argument*/) noexcept {
  if (event != SUBXACT_EVENT_ABORT_SUB) return;
  while (ledger.count > 0 && ledger.steps[ledger.count - 1].owner >= ended)
    ledger.held = ledger.steps[--ledger.count].before;
}

void register_callbacks() {
  static bool registered = false;
  if (registered) return;
  // Should the second fail, the first is registered again: it does nothing then.
  RegisterXactCallback(at_end_of_transaction, nullptr);
  RegisterSubXactCallback(at_end_of_subtransaction, nullptr);
  registered = true;
}

void make_room() {
  constexpr std::size_t kSmallest = 64;
  constexpr std::size_t kLarge = 8192;
  if (ledger.count == 0 && ledger.capacity >= kLarge) {
    pfree(ledger.steps);
    ledger.steps = nullptr;
    ledger.capacity = 0;
  }
  if (ledger.count < ledger.capacity) return;
  const std::size_t capacity = ledger.capacity == 0 ? kSmallest : ledger.capacity * 2;
  const Size bytes = capacity * sizeof(Step);
  ledger.steps = static_cast<Step*>(ledger.steps == nullptr ? MemoryContextAllocHuge(TopMemoryContext, bytes)
                                                            : repalloc_huge(ledger.steps, bytes));
  ledger.capacity = capacity;
}

// Steps of subtransactions that were released into this one become its own; the first of them knows what was
// held before.
void begin_step(SubTransactionId owner) {
  while (ledger.count > 1 && ledger.steps[ledger.count - 2].owner >= owner) --ledger.count;
  if (ledger.count > 0 && ledger.steps[ledger.count - 1].owner >= owner) {
    ledger.steps[ledger.count - 1].owner = owner;
    return;
  }
  make_room();
  ledger.steps[ledger.count++] = {owner, ledger.held};
}

}  // namespace

bool operator<(const Rank& left, const Rank& right) noexcept {
  return std::tie(left.kind, left.major, left.minor) < std::tie(right.kind, right.major, right.minor);
}

bool may_wait_for(const Rank& rank) noexcept {
  return !(rank < ledger.held.highest);
}

void note_held(const Rank& rank, InLockTable entry) {
  const bool higher = ledger.held.highest < rank;
  if (!higher && entry == InLockTable::kAlready) return;
  register_callbacks();
  begin_step(GetCurrentSubTransactionId());
  if (higher) ledger.held.highest = rank;
  if (entry == InLockTable::kAnew) ++ledger.held.counted;
}

int counted_locks() noexcept {
  return ledger.held.counted;
}

int most_counted_locks() noexcept {
  constexpr int kAnyway = 256;
  return std::max(kAnyway, max_locks_per_xact * MaxBackends / 8);
}

void require_room_in_lock_table(int more, const char* what) {
  const int most = most_counted_locks();
  if (counted_locks() + more <= most) return;
  refuse("KC014", psprintf("transaction would hold more than %d locks, with those of %s", most, what),
         "An eighth of the server's lock table is the most that one transaction may take.",
         "Use several transactions, or raise max_locks_per_transaction and restart the server.");
}

void refuse_busy(const char* what) {
  refuse("40001",
         psprintf("could not serialize access: %s is in use by another transaction, and this one holds what "
                  "comes after it",
                  what),
         nullptr,
         "Locks are taken in one order, and what comes before those held is not waited for. Run the "
         "transaction again; best with its commands in one call of execute_commands.");
}

}  // namespace command_center::server
