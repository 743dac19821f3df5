// Finds the event's schema and its payload.
#include "extension/command_center/subscriptions/event_check.hpp"

#include <charconv>
#include <string>

#include "extension/boundary/in_subtransaction.hpp"
#include "extension/command_center/catalogue/event_types.hpp"
#include "extension/command_center/catalogue/topics.hpp"
#include "extension/command_center/execute/payload_check.hpp"
#include "extension/server/arguments.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

boundary::Refusal refusal(const char* code, const char* message, const char* detail = nullptr) {
  boundary::Refusal made = {};
  strlcpy(made.sqlstate, code, sizeof(made.sqlstate));
  made.message = message;
  made.detail = detail;
  return made;
}

// "2.0" is version 2; 0, the newest, for anything else.
int version_in(const Message& message) {
  const std::string_view text = header_of(message, "ce_eventversion");
  int version = 0;
  if (text.data() != nullptr) (void)std::from_chars(text.data(), text.data() + text.size(), version);
  return version > 0 ? version : 0;
}

const JsonbValue* member_of(JsonbContainer* object, const char* name, JsonbValue* found) {
  return getKeyJsonValueFromContainer(object, name, static_cast<int>(strlen(name)), found);
}

// What the schema is about.
Datum payload_in(Jsonb* value, bool is_raw) {
  JsonbValue metadata;
  JsonbValue payload;
  if (is_raw || !JB_ROOT_IS_OBJECT(value) || member_of(&value->root, "metadata", &metadata) == nullptr ||
      member_of(&value->root, "payload", &payload) == nullptr) {
    return JsonbPGetDatum(value);
  }
  return JsonbPGetDatum(JsonbValueToJsonb(&payload));
}

}  // namespace

boundary::Refusal check_event(const Message& message, SchemaCheck check) {
  if (check == SchemaCheck::kOff || !message.has(kMessageValueBytes)) return {};
  const std::string_view type = header_of(message, "ce_type");
  const int version = version_in(message);
  const bool is_registered =
      type.data() != nullptr && is_registered_for(find_event_type(type, version), message.topic);
  if (!is_registered) {
    if (check == SchemaCheck::kKnown) return {};
    if (type.data() == nullptr) return refusal("KC002", "message names no event in a header ce_type");
    return refusal("KC002", psprintf("event \"%s\" is not registered for topic \"%s\"", zero_terminated(type),
                                     zero_terminated(message.topic)));
  }
  if (find_event_type(type, version).program == nullptr) return {};
  if (!message.has(kMessageValue)) return refusal("KC001", "value is not text");
  Jsonb* value = nullptr;
  const auto parsed = boundary::in_subtransaction([&message, &value] {
    value = DatumGetJsonbP(
        DirectFunctionCall1(jsonb_in, CStringGetDatum(TextDatumGetCString(message.values[kMessageValue]))));
  });
  if (!parsed.succeeded())
    return refusal("KC001", psprintf("value is not JSON: %s", parsed.error->message), parsed.error->detail);
  const Datum payload = payload_in(value, find_topic(message.topic).is_raw);
  return boundary::refusal_of([type, version, payload] {
    check_payload_of("event", type, *find_event_type(type, version).program, payload);
  });
}

}  // namespace command_center::extension
