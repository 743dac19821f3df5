// The same message as publish_event makes, without what is asked of a caller.
#include "extension/command_center/events/own_event.hpp"

#include "extension/command_center/events/event.hpp"
#include "extension/command_center/execute/payload_check.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/new_uuid.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

bool is_told(Event& event) {
  begin_decision();
  event.declaration = &find_topic(event.topic);
  if (!event.declaration->is_declared || event.declaration->is_for_commands) return false;
  event.registration = &find_event_type(event.event_type, 0);
  return is_registered_for(*event.registration, event.topic);
}

void check_own(const Event& event) {
  if (event.registration->program == nullptr) return;
  check_payload_of("event", event.event_type, *event.registration->program, event.payload);
}

}  // namespace

bool publish_own_event(const OwnEvent& own) {
  Event event = {};
  event.tenant_id = own.tenant_id;
  event.topic = own.topic;
  event.event_type = own.event_type;
  if (!is_told(event)) return false;
  event.partition_key = own.partition_key;
  event.has_key = true;
  event.correlation_id = own.correlation_id;
  event.payload_text = own.payload_json;
  event.payload = DirectFunctionCall1(jsonb_in, CStringGetDatum(zero_terminated(own.payload_json)));
  event.published_at = GetCurrentTimestamp();
  event.message_id = new_uuid(event.published_at);
  check_own(event);
  NewMessage message = {};
  (void)write_message(event, message);
  append_event_message(message, event);
  return true;
}

}  // namespace command_center::extension
