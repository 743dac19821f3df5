// Gets the memory from the server, at its start or through its registry of shared segments.
#include "extension/command_center/shared_state/shared_state.hpp"

#include "extension/boundary/enter.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/command_center/shared_state/limit_store.hpp"
#include "extension/command_center/shared_state/outbox_signal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr const char* kStateName = "command_center";
constexpr const char* kLimitsName = "command_center_limits";
constexpr const char* kSignalsName = "command_center_signals";

SharedState* state = nullptr;
OutboxSignals* signals = nullptr;
LimitPartitions* partitions = nullptr;

shmem_request_hook_type next_request_hook = nullptr;
shmem_startup_hook_type next_startup_hook = nullptr;

void format_state(void* memory) {
  auto* made = static_cast<SharedState*>(memory);
  *made = {};
  made->tranche = LWLockNewTrancheId();
  made->limit_subjects = settings().limit_subjects;
  if (!pg_strong_random(&made->hash_seed, sizeof(made->hash_seed))) {
    made->hash_seed = static_cast<std::uint64_t>(GetCurrentTimestamp());
  }
}

void request_memory() {
  if (next_request_hook != nullptr) next_request_hook();
  RequestAddinShmemSpace(sizeof(SharedState));
  RequestAddinShmemSpace(limit_store_bytes(settings().limit_subjects));
  RequestAddinShmemSpace(outbox_signals_bytes());
}

// Runs in the postmaster, and in each process where those do not inherit its memory.
void make_or_find_memory() {
  if (next_startup_hook != nullptr) next_startup_hook();
  LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
  bool found = false;
  void* memory = ShmemInitStruct(kStateName, sizeof(SharedState), &found);
  if (!found) format_state(memory);
  auto* made = static_cast<SharedState*>(memory);
  memory = ShmemInitStruct(kLimitsName, limit_store_bytes(made->limit_subjects), &found);
  if (!found) format_limit_store(memory, *made);
  partitions = static_cast<LimitPartitions*>(memory);
  memory = ShmemInitStruct(kSignalsName, outbox_signals_bytes(), &found);
  if (!found) format_outbox_signals(memory);
  signals = static_cast<OutboxSignals*>(memory);
  LWLockRelease(AddinShmemInitLock);
  LWLockRegisterTranche(made->tranche, kStateName);
  state = made;
}

#if PG_VERSION_NUM >= 170000
// The size of the second segment is written in the first, so that a later change of the setting finds the
// same. What was not there in an earlier version has a segment of its own: the size of one never changes. The
// limits come last, since they tell that all are there.
void attach_segments() {
  bool found = false;
  signals = static_cast<OutboxSignals*>(
      GetNamedDSMSegment(kSignalsName, outbox_signals_bytes(), format_outbox_signals, &found));
  auto* made =
      static_cast<SharedState*>(GetNamedDSMSegment(kStateName, sizeof(SharedState), format_state, &found));
  LWLockRegisterTranche(made->tranche, kStateName);
  state = made;
  partitions = static_cast<LimitPartitions*>(GetNamedDSMSegment(
      kLimitsName, limit_store_bytes(made->limit_subjects),
      [](void* memory) { format_limit_store(memory, *state); }, &found));
}
#endif

}  // namespace

void install_shared_state_hooks() {
  if (!process_shared_preload_libraries_in_progress) return;
  next_request_hook = shmem_request_hook;
  shmem_request_hook = [] { boundary::enter([] { request_memory(); }); };
  next_startup_hook = shmem_startup_hook;
  shmem_startup_hook = [] { boundary::enter([] { make_or_find_memory(); }); };
}

SharedState* shared_state() {
#if PG_VERSION_NUM >= 170000
  if (partitions == nullptr) attach_segments();
#endif
  return partitions != nullptr ? state : nullptr;
}

LimitPartitions* limit_partitions() noexcept {
  return partitions;
}

OutboxSignals* outbox_signals() noexcept {
  return signals;
}

}  // namespace command_center::extension
