// Whatever Kafka, the relay or the consumers of a topic could not take is refused here, where it costs its
// caller and nobody else.
#include "extension/command_center/events/event.hpp"

#include <string>
#include <vector>

#include "extension/boundary/call_pg.hpp"
#include "extension/command_center/execute/payload_check.hpp"
#include "extension/command_center/features/features.hpp"
#include "extension/command_center/names.hpp"
#include "extension/command_center/outbox/ordered_keys.hpp"
#include "extension/command_center/permissions/environments.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/core/envelope/topic.hpp"
#include "extension/core/envelope/trace_context.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/time/rfc3339.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int {
  kTopic,
  kEventType,
  kPayload,
  kTenantId,
  kPartitionKey,
  kHeaders,
  kOrdered,
  kCorrelationId,
  kVersion
};

constexpr std::size_t kMaxCorrelationId = 255;

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

bool is_given(FunctionCallInfo fcinfo, int argument) {
  return argument < PG_NARGS() && !PG_ARGISNULL(argument);
}

void read_correlation(FunctionCallInfo fcinfo, Event& event) {
  if (is_given(fcinfo, kCorrelationId)) event.correlation_id = text_argument(fcinfo, kCorrelationId);
  if (event.correlation_id.size() > kMaxCorrelationId)
    refuse("22023", psprintf("correlation_id must have at most %zu bytes", kMaxCorrelationId));
}

void read_version(FunctionCallInfo fcinfo, Event& event) {
  if (!is_given(fcinfo, kVersion)) return;
  event.version = PG_GETARG_INT32(kVersion);
  if (event.version < 1) refuse("22023", "version of an event must be 1 or more");
}

// C++ regime.
std::string named(const char* what, std::string_view name) {
  return std::string(what) + " \"" + std::string(name) + "\" ";
}

// C++ regime. KC002 with the call that declares the topic.
[[noreturn]] void refuse_undeclared(std::string_view topic) {
  throw Error(sqlstate::kNotFound, named("topic", topic) + "is not declared", {},
              "An operator declares it: SELECT command_center.set_topic('" + std::string(topic) + "');");
}

// C++ regime.
void check_declaration(const Event& event) {
  const Topic& topic = *event.declaration;
  if (topic.is_for_commands) {
    throw Error(sqlstate::kNotAllowed, named("topic", event.topic) + "is for commands", {},
                "Commands are sent with command_center.execute_command(); events need a topic of their own.");
  }
  if (topic.is_declared) return;
  if (!topic.may_be_undeclared) refuse_undeclared(event.topic);
  if (!topic.collides_with.empty()) {
    throw Error(
        sqlstate::kConflict, named("topic", event.topic) + "collides with \"" + topic.collides_with + "\"",
        {}, "Kafka writes \"_\" for \".\" in the names of metrics and refuses the second of such topics.");
  }
}

// Whether the current user may publish to a topic that has an owner. Postgres regime.
bool has_owners_rights(const Topic& topic) {
  return get_role_oid(topic.owner.c_str(), true) == topic.owner_id &&
         has_privs_of_role(GetUserId(), topic.owner_id);
}

// C++ regime.
[[noreturn]] void refuse_stranger(std::string_view topic) {
  throw Error(sqlstate::kNotAllowed, named("topic", topic) + "belongs to another role", {},
              "Only its owner publishes to it; command_center.list_topics() has the owners.");
}

// C++ regime.
void check_key(const Event& event) {
  const Topic& topic = *event.declaration;
  if (event.payload == 0 && !(topic.is_compacted && event.has_key)) {
    throw Error(sqlstate::kNullArgument, "payload must not be null", {},
                "NULL is a tombstone: it needs a compacted topic (set_topic) and a partition_key.");
  }
  if (event.has_key || !topic.key_required) return;
  throw Error(sqlstate::kNullArgument, named("topic", event.topic) + "requires a partition_key");
}

// C++ regime. What is not registered is any event's for a topic that has no registered ones.
void check_registration(const Event& event) {
  const EventType& registration = *event.registration;
  const std::string name = named("event", event.event_type);
  if (registration.version > 0) {
    if (is_registered_for(registration, event.topic)) return;
    throw Error(sqlstate::kDefinitionInvalid, name + "is registered for topic \"" + registration.topic +
                                                  "\", not \"" + std::string(event.topic) + "\"");
  }
  if (registration.is_known) {
    throw Error(sqlstate::kNotFound,
                name + "has no active version" +
                    (event.version > 0 ? " " + std::to_string(event.version) : std::string()),
                {}, "command_center.list_events() has those there are.");
  }
  if (!event.declaration->takes_registered_only) return;
  throw Error(sqlstate::kNotFound,
              name + "is not registered, and topic \"" + std::string(event.topic) + "\" takes no other", {},
              "Register it with command_center.register_event().");
}

// C++ regime.
void check_payload(const Event& event) {
  if (event.payload == 0 || event.registration->program == nullptr) return;
  check_payload_of("event", event.event_type, *event.registration->program, event.payload);
}

// C++ regime. The argument, else the header, else the message's own id.
std::string correlation_of(const Event& event, const std::vector<envelope::EventHeader>& own,
                           const std::string& message_id) {
  const std::string_view in_header = envelope::correlation_in(own);
  if (event.correlation_id.empty()) return in_header.empty() ? message_id : std::string(in_header);
  if (!in_header.empty() && in_header != event.correlation_id) {
    throw Error(sqlstate::kInvalidParameter,
                "correlation_id and the header x-correlation-id are not the same");
  }
  return std::string(event.correlation_id);
}

// Text as a datum of the calling context. C++ regime.
Datum kept_text(std::string_view text) {
  return boundary::call_pg([&]() noexcept { return text_datum(text); });
}

}  // namespace

Event read_event(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kTopic, "topic");
  require_argument(fcinfo, kEventType, "event_type");
  require_argument(fcinfo, kTenantId, "tenant_id");
  require_argument(fcinfo, kOrdered, "ordered");
  Event event = {};
  event.topic = text_argument(fcinfo, kTopic);
  envelope::check_topic(event.topic);
  event.event_type = text_argument(fcinfo, kEventType);
  check_name(event.event_type, kMaxEventType, "event_type");
  event.tenant_id = uuid_argument(fcinfo, kTenantId);
  event.has_key = !PG_ARGISNULL(kPartitionKey);
  event.partition_key = event.has_key ? text_argument(fcinfo, kPartitionKey) : uuid_text(event.tenant_id);
  if (event.partition_key.empty()) refuse("22023", "partition_key must not be empty");
  if (!PG_ARGISNULL(kHeaders)) event.headers = read_headers(PG_GETARG_DATUM(kHeaders));
  event.ordered = PG_GETARG_BOOL(kOrdered);
  read_correlation(fcinfo, event);
  read_version(fcinfo, event);
  check_environment(settings().environment);
  if (!PG_ARGISNULL(kPayload)) event.payload = JsonbPGetDatum(PG_GETARG_JSONB_P(kPayload));
  event.published_at = GetCurrentTimestamp();
  event.message_id = new_uuid(event.published_at);
  return event;
}

void decide(Event& event) {
  if (event.payload != 0) check_size(event.payload, "payload");
  check_tenant(event.tenant_id);
  check_may_name(settings().environment);
  check_enabled();
  event.declaration = &find_topic(event.topic);
  check_declaration(event);
  if (!event.declaration->owner.empty() && !has_owners_rights(*event.declaration))
    refuse_stranger(event.topic);
  check_key(event);
  event.registration = &find_event_type(event.event_type, event.version);
  check_registration(event);
  check_payload(event);
  event.ordered = event.ordered || event.registration->ordered;
  if (event.payload != 0) event.payload_text = jsonb_text(event.payload);
}

bool write_message(Event& event, NewMessage& message) {
  std::vector<envelope::EventHeader> own(event.headers.headers, event.headers.headers + event.headers.count);
  envelope::check_event_headers(own);
  const bool dropped = envelope::drop_invalid_trace_context(own);
  const std::string message_id = to_text(event.message_id);
  const std::string tenant_id = to_text(event.tenant_id);
  const std::string correlation_id = correlation_of(event, own, message_id);
  const std::string issued_at = time::to_rfc3339(unix_microseconds(event.published_at));
  if (event.registration->version > 0) event.version = event.registration->version;
  if (event.version == 0) event.version = 1;
  const envelope::EventFacts facts = {event.event_type,       message_id,     tenant_id,
                                      settings().environment, issued_at,      event.partition_key,
                                      event.payload_text,     correlation_id, event.version};
  std::string headers;
  envelope::append_event_headers(headers, facts, own);
  std::string value;
  if (event.declaration->is_raw) {
    value = event.payload_text;
  } else if (event.payload != 0) {
    envelope::append_event_envelope(value, facts);
  }
  event.bytes = headers.size() + value.size() + event.partition_key.size();
  event.bytes_allowed = largest_message(event.declaration->max_message_bytes);
  check_message_size(event.bytes, event.topic, event.declaration->max_message_bytes);
  message.tenant_id = event.tenant_id;
  message.message_id = event.message_id;
  message.command_id = event.message_id;
  message.topic = kept_text(event.topic);
  message.partition_key = kept_text(event.partition_key);
  message.headers = kept_text(headers);
  message.value = event.payload != 0 ? kept_text(value) : Datum{0};
  message.ordered = event.ordered;
  return dropped;
}

void append_event_message(NewMessage& message, const Event& event) {
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

}  // namespace command_center::extension
