// Tells what the decision about a command would be, by making it.
#include <string>

#include "extension/boundary/call_pg.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/boundary/refusal_of.hpp"
#include "extension/command_center/catalogue/decision.hpp"
#include "extension/command_center/execute/decide.hpp"
#include "extension/command_center/explained_refusal.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/trace_warning.hpp"
#include "extension/core/json/text_writer.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/reading.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kCommandId = kRequestArguments;

void write_features(json::TextWriter& writer, const Acceptance& acceptance) {
  if (acceptance.feature_ids == 0) return;
  writer.key("featureIds");
  writer.begin_array();
  const ArrayType* ids = DatumGetArrayTypeP(acceptance.feature_ids);
  const int count = ArrayGetNItems(ARR_NDIM(ids), ARR_DIMS(ids));
  const auto* uuids = reinterpret_cast<const pg_uuid_t*>(ARR_DATA_PTR(ids));
  for (int i = 0; i < count; ++i) writer.text(to_text(uuid_value(UUIDPGetDatum(uuids + i))));
  writer.end_array();
}

void write_route(json::TextWriter& writer, const Acceptance& acceptance) {
  if (!acceptance.has_route) return;
  writer.key("route");
  writer.begin_object();
  writer.member("routeId", to_text(acceptance.route_id));
  writer.key("version");
  writer.number(acceptance.route_version);
  writer.end_object();
}

std::size_t bytes_of(const NewMessage& message) {
  return text_view(message.headers).size() + text_view(message.value).size() +
         text_view(message.partition_key).size();
}

void write_messages(json::TextWriter& writer, const Acceptance& acceptance) {
  writer.key("messages");
  writer.begin_array();
  // The target's comes first, unless it is handled in the database; then those that listen in.
  const int shift = acceptance.handler.empty() ? 1 : 0;
  for (int i = 0; i < acceptance.message_count; ++i) {
    const NewMessage& message = acceptance.messages[i];
    writer.begin_object();
    writer.member("target", i < shift ? acceptance.target : acceptance.also[i - shift]);
    writer.member("topic", text_view(message.topic));
    writer.key("bytes");
    writer.number(static_cast<std::int64_t>(bytes_of(message)));
    writer.end_object();
  }
  writer.end_array();
}

// What stands after the whole decision.
void write_destination(json::TextWriter& writer, const Acceptance& acceptance) {
  writer.member("target", acceptance.target);
  if (!acceptance.handler.empty()) writer.member("handler", acceptance.handler);
  writer.key("also");
  writer.begin_array();
  for (int i = 0; i < acceptance.also_count; ++i) writer.text(acceptance.also[i]);
  writer.end_array();
  write_messages(writer, acceptance);
}

// C++ regime; the texts of an acceptance are plain or not toasted, so reading them calls nothing of the
// server.
std::string explanation(const Acceptance& acceptance, const boundary::Refusal& refusal) {
  std::string out;
  json::TextWriter writer(out);
  writer.begin_object();
  writer.key("accepted");
  writer.raw(refusal ? "false" : "true");
  if (refusal) write_refusal(writer, refusal);
  if (acceptance.template_version > 0) {
    writer.key("templateVersion");
    writer.number(acceptance.template_version);
  }
  write_features(writer, acceptance);
  write_route(writer, acceptance);
  if (!acceptance.sticky_key.empty()) {
    writer.member("stickyKey", acceptance.sticky_key);
    writer.member("partitionKey", acceptance.partition_key);
  }
  if (!refusal) {
    writer.member("mode", mode_of(acceptance));
    writer.key("replayed");
    writer.raw(acceptance.replayed ? "true" : "false");
    writer.member("commandId", to_text(acceptance.command_id));
    writer.member("correlationId", acceptance.correlation_id);
    write_destination(writer, acceptance);
  }
  writer.end_object();
  return out;
}

Datum explain_command(FunctionCallInfo fcinfo) {
  const Request request = read_request(arguments_of(fcinfo));
  warn_of_dropped_traceparents(request.has_invalid_traceparent ? 1 : 0);
  Acceptance acceptance = {};
  acceptance.request = &request;
  if (!PG_ARGISNULL(kCommandId)) acceptance.command_id = uuid_argument(fcinfo, kCommandId);
  begin_decision();
  const boundary::Refusal refusal =
      boundary::refusal_of([&acceptance] { decide(Purpose::kExplain, InProgress::kRefuse, acceptance); });
  const std::string text = explanation(acceptance, refusal);
  return boundary::call_pg(
      [&text]() noexcept { return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.c_str())); });
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_explain_command);
}

Datum command_center_explain_command(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::explain_command(fcinfo); });
}
