// Writes what was decided: one dispatch row, and one outbox row for each target.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/command_center/execute/request.hpp"
#include "extension/command_center/server_types.hpp"
#include "extension/core/identifiers/uuid.hpp"

namespace command_center::extension {

// One finished message; the texts are datums in the calling context.
struct OutboxMessage {
  identifiers::Uuid message_id;
  std::string_view target;
  Datum topic;
  Datum headers;
  Datum value;
};

// The decision about one accepted command, as plain data in the calling context.
struct Acceptance {
  const Request* request;
  identifiers::Uuid command_id;
  std::int64_t received_at;  // the server's timestamp
  int template_version;
  bool ordered;
  bool has_route;
  identifiers::Uuid route_id;
  int route_version;
  std::string_view sticky_key;
  std::string_view partition_key;
  std::string_view correlation_id;
  std::string_view payload_text;
  OutboxMessage* messages;  // the first is the chosen target's
  int message_count;
};

// Inserts the rows as the owner of the tables. Postgres regime.
void record(const Acceptance& acceptance);

}  // namespace command_center::extension
