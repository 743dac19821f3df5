// The progress record: what Kafka holds for a published batch.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// Texts are null-terminated, in the current memory context.
struct Progress {
  const char* identity;
  const char* publisher;
  std::int64_t batch_id;
  const char* snapshot_before;
  const char* snapshot_after;
  std::int64_t last_position;
  const char* opened_at;       // null in a record of version 0.1.0
  bool complete;               // false: of the batch only what is through last_position
  std::int64_t timeline;       // of the server that opened the batch; 0: it does not say
  const char* parked_through;  // parked_through() when it was published; null: nothing was parked, or an
                               // older relay wrote it
};

// All are Postgres regime.

// `record` is jsonb; 22023 when it is no progress record.
[[nodiscard]] Progress read_progress(Datum record);

// The same of one record or of an array of them. In the current memory context.
[[nodiscard]] Progress* read_all_progress(Datum document, int& count);

// The record of a batch, as jsonb.
[[nodiscard]] Datum progress_record(std::string_view publisher, const char* identity, const Batch& batch);

}  // namespace command_center::extension
