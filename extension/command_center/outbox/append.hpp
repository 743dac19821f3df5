// Puts messages into the outbox so that the cursor finds them.
#pragma once

#include <cstdint>

#include "extension/command_center/installation.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// One finished message; the texts are datums in the calling context.
struct NewMessage {
  identifiers::Uuid tenant_id;
  identifiers::Uuid message_id;  // a UUIDv7: its day is the row's partition
  identifiers::Uuid command_id;  // of an event: its own id
  Datum topic;
  Datum partition_key;
  Datum headers;          // json
  Datum value;            // 0: a tombstone
  bool ordered;           // keeps its place among the messages of its key
  std::int64_t position;  // drawn by draw_position(); messages of one command share it
};

// All functions are Postgres regime, in an open session. In this order, the cursor rests on it: lock the keys
// of what is ordered (ordered_keys.hpp), take the transaction's id, draw positions, append.

// The transaction's id as xid8.
[[nodiscard]] Datum take_transaction_id();

[[nodiscard]] std::int64_t draw_position();

// False between a new library and setup().
[[nodiscard]] bool outbox_knows_order();

void append_messages(const NewMessage* messages, int count, Datum transaction_id);

}  // namespace command_center::extension
