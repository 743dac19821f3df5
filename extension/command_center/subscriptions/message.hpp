// A message of Kafka, as the relay hands it over and a handler is given it.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/server/server_types.hpp"

namespace command_center::extension {

inline constexpr int kMessageColumns = 10;
// Of command_center.kafka_message.
enum MessageColumn : int {
  kMessageTopic,
  kMessagePartition,
  kMessageOffset,
  kMessageTimestamp,
  kMessageKey,
  kMessageValue,
  kMessageHeaders,
  kMessageKeyBytes,
  kMessageValueBytes,
  kMessageHeaderList
};

// Plain data over memory of the calling context.
struct Message {
  std::string_view topic;
  int partition;
  std::int64_t offset;
  Datum values[kMessageColumns];
  bool nulls[kMessageColumns];

  [[nodiscard]] bool has(MessageColumn column) const noexcept { return !nulls[column]; }
};

// One header; the views are of the message.
struct MessageHeader {
  enum class Kind { kText, kBase64, kNone };
  std::string_view name;
  std::string_view value;
  Kind kind;
};

struct MessageHeaders {
  MessageHeader* headers;
  int count;
};

// All are Postgres regime.

// Reads a row of command_center.kafka_message and adds what it can be given in two forms. 22023 for what is
// no message, KC015 should the type have been altered.
[[nodiscard]] Message read_message(Datum row);

// The same of what a dead letter keeps: its columns but key, value and headers are set.
void complete_message(Message& message);

// Every header in its order.
[[nodiscard]] MessageHeaders headers_of(const Message& message);

// The last value of a header; data() is null where there is none, or it is no text.
[[nodiscard]] std::string_view header_of(const Message& message, std::string_view name);

// The bytes of a key or value that is there.
[[nodiscard]] std::string_view bytes_of(const Message& message, MessageColumn column);

// Whether a message has, for each header of {"header": ["value", …]}, one of its values.
[[nodiscard]] bool passes(Datum filter, const Message& message);

// A row of `row_type`, which is command_center.kafka_message.
[[nodiscard]] Datum message_row(Oid row_type, const Message& message);

// The oid of that type.
[[nodiscard]] Oid message_type();

}  // namespace command_center::extension
