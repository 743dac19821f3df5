// Tells what the decision about an event would be, by making it.
#include <string>

#include "extension/boundary/call_pg.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/boundary/refusal_of.hpp"
#include "extension/command_center/events/event.hpp"
#include "extension/command_center/explained_refusal.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/trace_warning.hpp"
#include "extension/core/json/text_writer.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

void write_boolean(json::TextWriter& writer, std::string_view name, bool value) {
  writer.key(name);
  writer.raw(value ? "true" : "false");
}

void write_number(json::TextWriter& writer, std::string_view name, std::size_t value) {
  writer.key(name);
  writer.number(static_cast<std::int64_t>(value));
}

void write_topic(json::TextWriter& writer, const Topic& topic) {
  writer.key("topic");
  writer.begin_object();
  write_boolean(writer, "declared", topic.is_declared);
  if (topic.is_declared) {
    write_number(writer, "version", static_cast<std::size_t>(topic.version));
    write_boolean(writer, "compacted", topic.is_compacted);
    writer.member("envelope", topic.is_raw ? "raw" : "cloudevents");
    write_boolean(writer, "keyRequired", topic.key_required);
    write_boolean(writer, "registeredOnly", topic.takes_registered_only);
    if (!topic.owner.empty()) writer.member("owner", topic.owner);
    write_number(writer, "maxMessageBytes", static_cast<std::size_t>(topic.max_message_bytes));
  }
  writer.end_object();
}

void write_registration(json::TextWriter& writer, const EventType& registration) {
  writer.key("event");
  writer.begin_object();
  write_boolean(writer, "registered", registration.version > 0);
  if (registration.version > 0)
    write_number(writer, "version", static_cast<std::size_t>(registration.version));
  writer.end_object();
}

// C++ regime.
std::string explanation(const Event& event, const boundary::Refusal& refusal) {
  std::string out;
  json::TextWriter writer(out);
  writer.begin_object();
  write_boolean(writer, "accepted", !refusal);
  if (refusal) write_refusal(writer, refusal);
  if (event.declaration != nullptr) write_topic(writer, *event.declaration);
  if (event.registration != nullptr) write_registration(writer, *event.registration);
  if (event.bytes > 0) {
    writer.member("partitionKey", event.partition_key);
    write_boolean(writer, "tombstone", event.payload == 0);
    write_boolean(writer, "ordered", event.ordered);
    write_number(writer, "bytes", event.bytes);
    write_number(writer, "bytesAllowed", event.bytes_allowed);
  }
  writer.end_object();
  return out;
}

Datum explain_event(FunctionCallInfo fcinfo) {
  Event event = read_event(fcinfo);
  bool dropped = false;
  const boundary::Refusal refusal = boundary::refusal_of([&event, &dropped] {
    decide(event);
    NewMessage message = {};
    dropped = write_message(event, message);
  });
  warn_of_dropped_traceparents(dropped ? 1 : 0);
  const std::string text = explanation(event, refusal);
  return boundary::call_pg(
      [&text]() noexcept { return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.c_str())); });
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_explain_event);
}

Datum command_center_explain_event(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::explain_event(fcinfo); });
}
