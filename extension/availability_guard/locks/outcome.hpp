// What a function answers about a lock.
#pragma once

#include "extension/availability_guard/locks/rows.hpp"
#include "extension/server/server_types.hpp"

struct MemoryContextData;

namespace command_center::guard {

// Plain data; the witness is 0 where there is none.
struct LockOutcome {
  const char* status;
  bool has_lock;
  identifiers::Uuid lock_id;
  std::int64_t version;
  inventory::Instant expires_at;
  Datum witness;
};

[[nodiscard]] LockOutcome outcome_of(const char* status, const LockRow& row) noexcept;

// All are Postgres regime. The witness moves into another memory context.
void keep_witness(LockOutcome& outcome, MemoryContextData* context);

[[nodiscard]] Datum outcome_row(FunctionCallInfoBaseData* fcinfo, const LockOutcome& outcome);

// For functions that answer rows of it.
void open_outcomes(FunctionCallInfoBaseData* fcinfo);
void put_outcome(FunctionCallInfoBaseData* fcinfo, const LockOutcome& outcome);

}  // namespace command_center::guard
