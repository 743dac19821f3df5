// One event: what its caller says, what the catalogue decides about it, and its message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "extension/command_center/catalogue/event_types.hpp"
#include "extension/command_center/catalogue/topics.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/append.hpp"
#include "extension/core/envelope/event.hpp"
#include "extension/core/identifiers/uuid.hpp"

namespace command_center::extension {

// The members of the argument "headers". Plain data.
struct HeaderList {
  envelope::EventHeader* headers;
  std::size_t count;
};

// Plain data over memory of the calling context.
struct Event {
  identifiers::Uuid tenant_id;
  identifiers::Uuid message_id;
  std::int64_t published_at;  // the server's timestamp
  std::string_view topic;
  std::string_view event_type;
  std::string_view partition_key;  // the tenant's id where the caller gives none
  std::string_view correlation_id;
  std::string_view payload_text;  // data() is null for a tombstone
  Datum payload;                  // jsonb; 0 for a tombstone
  HeaderList headers;
  int version;  // 0: the newest
  bool has_key;
  bool ordered;
  const Topic* declaration;       // set by decide()
  const EventType* registration;  // set by decide()
  std::size_t bytes;              // of key, headers and value; set by write_message()
  std::size_t bytes_allowed;
};

// Reads the arguments of publish_event and explain_event; those of an older version of the SQL are fewer.
// 22004 and 22023 for what is no event at all. Postgres regime.
[[nodiscard]] Event read_event(FunctionCallInfoBaseData* fcinfo);

// Asks the catalogue, and throws its refusal with no session open. Postgres regime.
void decide(Event& event);

// KC014 for a message that is too large. Answers whether an invalid trace context was left out. C++ regime.
bool write_message(Event& event, NewMessage& message);

// Puts the message into the outbox; what the caller's transaction does next sees the row. Postgres regime.
void append_event_message(NewMessage& message, const Event& event);

}  // namespace command_center::extension
