// Puts an event of a service's own into the outbox, in the caller's transaction.
#include <cstring>
#include <string>
#include <vector>

#include "extension/boundary/call_pg.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/command_center/execute/payload_check.hpp"
#include "extension/command_center/features/features.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/names.hpp"
#include "extension/command_center/outbox/append.hpp"
#include "extension/command_center/outbox/ordered_keys.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/core/envelope/event.hpp"
#include "extension/core/envelope/topic.hpp"
#include "extension/core/time/rfc3339.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kTopic, kEventType, kPayload, kTenantId, kPartitionKey, kHeaders, kOrdered };

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
  std::string_view partition_key;
  std::string_view payload_text;
  HeaderList headers;
  bool ordered;
};

// At most as many as could be looked at; the core knows how many are allowed.
HeaderList read_headers(Datum document) {
  Jsonb* object = DatumGetJsonbP(document);
  if (!JB_ROOT_IS_OBJECT(object)) refuse("22023", "headers must be a JSON object");
  const auto size = static_cast<std::size_t>(JB_ROOT_COUNT(object));
  HeaderList list = {static_cast<envelope::EventHeader*>(palloc0(sizeof(envelope::EventHeader) * (size + 1))),
                     0};
  JsonbIterator* iterator = JsonbIteratorInit(&object->root);
  JsonbValue token;
  while (true) {
    const JsonbIteratorToken kind = JsonbIteratorNext(&iterator, &token, true);
    if (kind == WJB_DONE) return list;
    if (kind == WJB_KEY) {
      list.headers[list.count].name = {token.val.string.val, static_cast<std::size_t>(token.val.string.len)};
    } else if (kind == WJB_VALUE) {
      if (token.type != jbvString) refuse("22023", "every header must be a JSON string");
      list.headers[list.count++].value = {token.val.string.val,
                                          static_cast<std::size_t>(token.val.string.len)};
    }
  }
}

std::string_view uuid_text(const identifiers::Uuid& uuid) {
  return DatumGetCString(DirectFunctionCall1(uuid_out, uuid_datum(uuid)));
}

Event read_event(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kTopic, "topic");
  require_argument(fcinfo, kEventType, "event_type");
  require_argument(fcinfo, kPayload, "payload");
  require_argument(fcinfo, kTenantId, "tenant_id");
  require_argument(fcinfo, kOrdered, "ordered");
  check_enabled();
  Event event = {};
  event.topic = text_argument(fcinfo, kTopic);
  event.event_type = text_argument(fcinfo, kEventType);
  check_name(event.event_type, kMaxEventType, "event_type");
  event.tenant_id = uuid_argument(fcinfo, kTenantId);
  check_tenant(event.tenant_id);
  event.partition_key =
      PG_ARGISNULL(kPartitionKey) ? uuid_text(event.tenant_id) : text_argument(fcinfo, kPartitionKey);
  if (event.partition_key.empty()) refuse("22023", "partition_key must not be empty");
  check_environment(settings().environment);
  if (!PG_ARGISNULL(kHeaders)) event.headers = read_headers(PG_GETARG_DATUM(kHeaders));
  event.ordered = PG_GETARG_BOOL(kOrdered);
  const Datum payload = JsonbPGetDatum(PG_GETARG_JSONB_P(kPayload));
  check_size(payload, "payload");
  event.payload_text = jsonb_text(payload);
  event.published_at = GetCurrentTimestamp();
  event.message_id = new_uuid(event.published_at);
  return event;
}

// Text as a datum of the calling context. C++ regime.
Datum kept_text(std::string_view text) {
  return boundary::call_pg([&]() noexcept { return text_datum(text); });
}

// C++ regime.
NewMessage write_message(const Event& event) {
  envelope::check_topic(event.topic);
  const std::vector<envelope::EventHeader> own(event.headers.headers,
                                               event.headers.headers + event.headers.count);
  envelope::check_event_headers(own);
  const std::string message_id = to_text(event.message_id);
  const std::string tenant_id = to_text(event.tenant_id);
  const std::string issued_at = time::to_rfc3339(unix_microseconds(event.published_at));
  const envelope::EventFacts facts = {event.event_type,       message_id, tenant_id,
                                      settings().environment, issued_at,  event.partition_key,
                                      event.payload_text};
  std::string headers;
  std::string value;
  envelope::append_event_headers(headers, facts, own);
  envelope::append_event_envelope(value, facts);
  check_message_size(headers.size() + value.size() + event.partition_key.size());
  NewMessage message = {};
  message.tenant_id = event.tenant_id;
  message.message_id = event.message_id;
  message.command_id = event.message_id;
  message.topic = kept_text(event.topic);
  message.partition_key = kept_text(event.partition_key);
  message.headers = kept_text(headers);
  message.value = kept_text(value);
  return message;
}

void append(NewMessage& message, const Event& event) {
  PreventCommandIfReadOnly("publish_event");
  const OwnerSession session = open_session(kInstallation);
  OrderedKey key = {event.tenant_id, event.partition_key};
  if (event.ordered) lock_ordered_keys(&key, 1);
  const Datum transaction_id = take_transaction_id();
  message.position = draw_position();
  append_messages(&message, 1, transaction_id);
  // What the caller's transaction does next sees the row.
  CommandCounterIncrement();
  close_session(session);
}

Datum publish_event(FunctionCallInfo fcinfo) {
  const Event event = read_event(fcinfo);
  NewMessage message = write_message(event);
  append(message, event);
  auto* answer = static_cast<pg_uuid_t*>(palloc(sizeof(pg_uuid_t)));
  std::memcpy(answer->data, event.message_id.bytes.data(), UUID_LEN);
  return UUIDPGetDatum(answer);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_publish_event);
}

Datum command_center_publish_event(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::publish_event(fcinfo); });
}
