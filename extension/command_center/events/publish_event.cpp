// Puts an event of a service's own into the outbox, in the caller's transaction.
#include <cstring>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/events/event.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/append.hpp"
#include "extension/command_center/trace_warning.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Datum publish_event(FunctionCallInfo fcinfo) {
  Event event = read_event(fcinfo);
  decide(event);
  NewMessage message = {};
  const bool dropped = write_message(event, message);
  PreventCommandIfReadOnly("publish_event");
  append_event_message(message, event);
  warn_of_dropped_traceparents(dropped ? 1 : 0);
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
