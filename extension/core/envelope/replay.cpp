// Rewrites headers.
#include "extension/core/envelope/replay.hpp"

#include "extension/core/envelope/trace_context.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::envelope {

void append_replay_headers(std::string& out, std::string_view original_headers, std::string_view message_id,
                           std::string_view original_message_id) {
  rapidjson::Document original;
  original.Parse<rapidjson::kParseIterativeFlag>(original_headers.data(), original_headers.size());
  if (original.HasParseError() || !original.IsObject()) {
    throw Error(sqlstate::kWrongState, "headers of the original message are not a JSON object");
  }
  // Releases before 0.3.0 let some through that are none.
  const auto traceparent = original.FindMember("traceparent");
  const bool is_traced =
      traceparent == original.MemberEnd() || !traceparent->value.IsString() ||
      is_traceparent({traceparent->value.GetString(), traceparent->value.GetStringLength()});
  json::TextWriter writer(out);
  writer.begin_object();
  for (const auto& header : original.GetObject()) {
    const std::string_view name(header.name.GetString(), header.name.GetStringLength());
    if (!header.value.IsString() || name == "x-command-replay") continue;
    const std::string_view value(header.value.GetString(), header.value.GetStringLength());
    if (!is_traced && (name == "traceparent" || name == "tracestate")) continue;
    writer.member(name, name == "ce_id" ? message_id : value);
  }
  writer.member("x-command-replay", original_message_id);
  writer.end_object();
}

}  // namespace command_center::envelope
