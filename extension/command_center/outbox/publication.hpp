// Tells whether a row of the outbox is published, and since when.
#pragma once

#include <cstdint>

#include "extension/command_center/installation.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// Plain data.
struct Publication {
  bool published;
  bool time_known;
  std::int64_t at;  // the server's timestamp: when the relay said that the batch is in Kafka
};

// Of the rows with this position, this key (text) and of this transaction (xid8), by the publisher whose they
// are: the first, where several are. A row belongs
// to the one batch that batch_messages() answers it in: the first whose later snapshot sees the transaction,
// in the slice that reaches the position. It is published as soon as the next batch is recorded, and that is
// when. Where the batch is gone by retention the time is not known. `received_at`: when the command was,
// before which no batch can have it. Costs the logarithm of the number of batches of a day. Postgres regime,
// in an open session; reads the moment that the calling statement sees.
[[nodiscard]] Publication find_publication(Datum transaction_id, Datum partition_key, std::int64_t position,
                                           std::int64_t received_at);

}  // namespace command_center::extension
