// A recorded batch: the rows between two snapshots, within a slice of positions.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/publisher_id.hpp"
#include "extension/server/leaf_partition.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// Plain data; the snapshots are datums in the open session's memory.
//
// With each snapshot go two bounds, read before it was taken, first the position and then the transaction id:
// a transaction with an id from the transaction bound on had no id when the position bound was read, so its
// rows lie above that. The rows of a window are therefore of two kinds, and no row is of both: those of new
// transactions (from transaction_bound_before and from the snapshot's xmax on), which are read in order of
// position above position_bound_before; and those of late ones, which had an id when the window began, may
// lie anywhere and are found by transaction. The snapshot's xmax alone would not do: it is the last completed
// transaction plus one, and transactions above it may have drawn positions long ago.
struct Batch {
  std::int64_t batch_id;
  std::int64_t published_through;
  Datum snapshot_before;
  Datum snapshot_after;
  Datum transaction_bound_before;  // xid8
  Datum transaction_bound_after;
  std::int64_t position_bound_before;
  std::int64_t position_bound_after;
  std::int64_t slice_after;
  std::int64_t slice_through;
  bool window_complete;
  int messages;
  std::int64_t bytes;
  std::int64_t opened_at;  // the server's timestamp, read after snapshot_after
  Shard shard;             // of the publisher: other rows are in no batch of it
};

// All are Postgres regime, in an open session.

// The last batch of a publisher, or a batch 0 before which nothing is published.
[[nodiscard]] Batch last_batch(std::string_view publisher);

// A batch without messages, after which the window is everything there is.
[[nodiscard]] Batch before_everything();

// Ends the window at this moment: reads the bounds, and then the snapshot.
void end_window(Batch& batch);

void record_batch(std::string_view publisher, const Batch& batch);

// KC002 when the publisher has no such batch.
[[nodiscard]] Batch find_batch(std::string_view publisher, std::int64_t batch_id);

// The first batch with messages after that number, which nobody said was published; false: there is none.
[[nodiscard]] bool find_open_batch(std::string_view publisher, std::int64_t after, Batch& batch);

// The late transactions of the window that are visible at its end, as xid8[].
[[nodiscard]] Datum late_transactions(const Batch& batch, const KeyRange& keys);

// Where the rows of new transactions begin: they lie above a position, and have ids from a transaction on.
[[nodiscard]] std::int64_t new_rows_after(const Batch& batch) noexcept;
[[nodiscard]] Datum new_transactions_from(const Batch& batch);

}  // namespace command_center::extension
