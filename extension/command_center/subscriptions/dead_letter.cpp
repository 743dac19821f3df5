// Writes the dead letter's message: the original with headers that say where it came from and why it failed.
#include "extension/command_center/subscriptions/dead_letter.hpp"

#include <string>

#include "extension/boundary/call_pg.hpp"
#include "extension/command_center/execute/payload_check.hpp"
#include "extension/command_center/outbox/append.hpp"
#include "extension/core/json/text_writer.hpp"
#include "extension/core/text/base64.hpp"
#include "extension/core/time/rfc3339.hpp"
#include "extension/server/leaf_partition.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::string_view kPrefix = "x-dead-letter-";
constexpr std::size_t kMostErrorBytes = 1000;

Statement insert_dead_letter = {
    kInstallation,
    "INSERT INTO command_center.dead_letters (dead_letter_id, subscription, failed_at, topic, partition,"
    " \"offset\", message_timestamp, key, value, headers, attempts, sqlstate, error, detail)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    14,
    {UUIDOID, TEXTOID, TIMESTAMPTZOID, TEXTOID, INT4OID, INT8OID, TIMESTAMPTZOID, BYTEAOID, BYTEAOID,
     JSONBOID, INT4OID, TEXTOID, TEXTOID, TEXTOID}};

// The parts of the message as text, for C++ regime. Plain data.
struct Parts {
  MessageHeaders headers;
  std::string_view key;    // data() null: none
  std::string_view value;  // the same
  bool key_is_text;
  bool value_is_text;
};

Parts parts_of(const Message& message) {
  Parts parts = {headers_of(message), {}, {}, message.has(kMessageKey), message.has(kMessageValue)};
  if (message.has(kMessageKeyBytes)) parts.key = bytes_of(message, kMessageKeyBytes);
  if (message.has(kMessageValueBytes)) parts.value = bytes_of(message, kMessageValueBytes);
  return parts;
}

Datum kept(const std::string& text) {
  return boundary::call_pg([&text]() noexcept { return text_datum(text); });
}

std::string as_text(std::string_view bytes, bool is_text) {
  if (is_text) return std::string(bytes);
  std::string encoded;
  text::append_base64(encoded, bytes);
  return encoded;
}

void write_original_headers(json::TextWriter& writer, const MessageHeaders& headers) {
  std::string encoded;
  for (int i = 0; i < headers.count; ++i) {
    const MessageHeader& header = headers.headers[i];
    if (header.name.substr(0, kPrefix.size()) == kPrefix) continue;
    writer.member(header.name, header.value);
    if (header.kind != MessageHeader::Kind::kBase64) continue;
    if (!encoded.empty()) encoded += ',';
    encoded += header.name;
  }
  if (!encoded.empty()) writer.member("x-dead-letter-base64-headers", encoded);
}

std::string_view cut(std::string_view text) {
  if (text.size() <= kMostErrorBytes) return text;
  std::size_t end = kMostErrorBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

const char* encoding_of(std::string_view bytes, bool is_text) {
  if (bytes.data() == nullptr) return "none";
  return is_text ? "text" : "base64";
}

std::string write_headers(const Subscription& subscription, const DeadLetter& letter, const Parts& parts,
                          const std::string& id, const char* value_encoding) {
  const Message& message = *letter.message;
  std::string out;
  json::TextWriter writer(out);
  writer.begin_object();
  write_original_headers(writer, parts.headers);
  const auto own = [&writer](const char* name, std::string_view value) {
    writer.member(std::string(kPrefix) + name, value);
  };
  own("id", id);
  own("subscription", subscription.name);
  own("topic", message.topic);
  own("partition", std::to_string(message.partition));
  own("offset", std::to_string(message.offset));
  if (message.has(kMessageTimestamp)) {
    own("timestamp",
        time::to_rfc3339(unix_microseconds(DatumGetTimestampTz(message.values[kMessageTimestamp]))));
  }
  own("attempts", std::to_string(letter.attempts));
  own("sqlstate", letter.failure.sqlstate);
  own("error", cut(letter.failure.message));
  own("key", encoding_of(parts.key, parts.key_is_text));
  own("value", value_encoding);
  writer.end_object();
  return out;
}

// Of a message whose header names one; the outbox is read by tenant.
identifiers::Uuid tenant_of(const Message& message) {
  const std::string_view named = header_of(message, "x-tenant-id");
  const auto tenant = identifiers::parse_uuid(named);
  return tenant ? *tenant : identifiers::Uuid{};
}

// C++ regime.
void write_message(const Subscription& subscription, const DeadLetter& letter, const Parts& parts,
                   NewMessage& made) {
  const std::string id = identifiers::to_text(made.message_id);
  std::string key = as_text(parts.key, parts.key_is_text);
  if (key.empty()) key = std::string(letter.message->topic) + "-" + std::to_string(letter.message->partition);
  std::string value = as_text(parts.value, parts.value_is_text);
  std::string headers =
      write_headers(subscription, letter, parts, id, encoding_of(parts.value, parts.value_is_text));
  const bool fits =
      key.size() + value.size() + headers.size() <= largest_message(subscription.dead_letter_bytes);
  if (!fits) {
    value.clear();
    headers = write_headers(subscription, letter, parts, id, "omitted");
  }
  made.partition_key = kept(key);
  made.headers = kept(headers);
  made.value = parts.value.data() == nullptr || !fits ? Datum{0} : kept(value);
}

void add_or_null(Parameters& row, const Message& message, MessageColumn column) {
  if (message.has(column)) {
    row.add(message.values[column]);
  } else {
    row.add_null();
  }
}

void insert(const Subscription& subscription, const DeadLetter& letter, const identifiers::Uuid& id,
            TimestampTz now) {
  const Message& message = *letter.message;
  Parameters row;
  row.add(uuid_datum(id));
  row.add_text(subscription.name);
  row.add(TimestampTzGetDatum(now));
  row.add_text(message.topic);
  row.add_int(message.partition);
  row.add_bigint(message.offset);
  add_or_null(row, message, kMessageTimestamp);
  add_or_null(row, message, kMessageKeyBytes);
  add_or_null(row, message, kMessageValueBytes);
  row.add(message.values[kMessageHeaderList]);
  row.add_int(letter.attempts);
  row.add_text(letter.failure.sqlstate);
  row.add_text(letter.failure.message);
  if (letter.failure.detail != nullptr) {
    row.add_text(letter.failure.detail);
  } else {
    row.add_null();
  }
  if (run(insert_dead_letter, row) != 1) refuse("KC015", "a trigger of dead_letters swallowed a message");
}

}  // namespace

void put_aside(const Subscription& subscription, const DeadLetter* letters, int count) {
  if (count == 0) return;
  const TimestampTz now = GetCurrentTimestamp();
  const Datum topic = text_datum(subscription.dead_letter_topic);
  auto* made = static_cast<NewMessage*>(palloc0(sizeof(NewMessage) * static_cast<std::size_t>(count)));
  ErrorContextCallback context = {error_context_stack, hint_at_maintain,
                                  const_cast<Installation*>(&kInstallation)};
  error_context_stack = &context;
  for (int i = 0; i < count; ++i) {
    made[i].message_id = new_uuid(now);
    made[i].command_id = made[i].message_id;
    made[i].tenant_id = tenant_of(*letters[i].message);
    made[i].topic = topic;
    const Parts parts = parts_of(*letters[i].message);
    write_message(subscription, letters[i], parts, made[i]);
    insert(subscription, letters[i], made[i].message_id, now);
  }
  error_context_stack = context.previous;
  const Datum transaction_id = take_transaction_id();
  for (int i = 0; i < count; ++i) made[i].position = draw_position();
  append_messages(made, count, transaction_id);
}

}  // namespace command_center::extension
