// Every text here is one of ours, one that was made UTF-8 when the span was given it, or of the settings,
// which were looked at.
#include "daemon/spans/otlp_json.hpp"

#include <unistd.h>

#include <algorithm>

#include "extension/core/json/text_writer.hpp"

namespace command_center::daemon::spans {
namespace {

using json::TextWriter;

constexpr std::int64_t kSampled = 0x1;
constexpr std::int64_t kKnowsRemote = 0x100;
constexpr std::int64_t kIsRemote = 0x200;

void write_attribute(TextWriter& writer, std::string_view name, const Value& value) {
  writer.begin_object();
  writer.member("key", name);
  writer.key("value");
  writer.begin_object();
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    writer.member("intValue", std::to_string(*number));
  } else {
    writer.member("stringValue", std::get<std::string>(value));
  }
  writer.end_object();
  writer.end_object();
}

void write_number(TextWriter& writer, std::string_view name, std::int64_t value) {
  writer.key(name);
  writer.number(value);
}

void write_ids(TextWriter& writer, const Context& context) {
  writer.member("traceId", hexadecimal(context.trace));
  writer.member("spanId", hexadecimal(context.span));
}

void write_links(TextWriter& writer, const Record& record) {
  writer.key("links");
  writer.begin_array();
  for (const Origin& link : record.links) {
    writer.begin_object();
    write_ids(writer, link.context);
    if (!link.state.empty()) writer.member("traceState", link.state);
    write_number(
        writer, "flags",
        (link.context.is_sampled ? kSampled : 0) | kKnowsRemote | (record.is_remote ? kIsRemote : 0));
    writer.end_object();
  }
  writer.end_array();
  if (record.dropped_links > 0) write_number(writer, "droppedLinksCount", record.dropped_links);
}

std::string span_json(const Record& record) {
  std::string text;
  TextWriter writer(text);
  writer.begin_object();
  write_ids(writer, record.context);
  if (record.parent) writer.member("parentSpanId", hexadecimal(*record.parent));
  if (!record.state.empty()) writer.member("traceState", record.state);
  write_number(writer, "flags", kSampled | kKnowsRemote | (record.is_remote ? kIsRemote : 0));
  writer.member("name", record.name);
  write_number(writer, "kind", static_cast<std::int64_t>(record.kind));
  writer.member("startTimeUnixNano", std::to_string(record.began_ns));
  writer.member("endTimeUnixNano", std::to_string(record.ended_ns));
  writer.key("attributes");
  writer.begin_array();
  for (const auto& [name, value] : record.attributes) write_attribute(writer, name, value);
  writer.end_array();
  if (!record.links.empty()) write_links(writer, record);
  if (record.status != Status::kUnset) {
    writer.key("status");
    writer.begin_object();
    write_number(writer, "code", static_cast<std::int64_t>(record.status));
    writer.end_object();
  }
  writer.end_object();
  return text;
}

void write_resource(TextWriter& writer, const Settings& settings) {
  writer.key("resource");
  writer.begin_object();
  writer.key("attributes");
  writer.begin_array();
  write_attribute(writer, "service.name", settings.service_name);
  for (const auto& [name, value] : settings.resource) write_attribute(writer, name, value);
  const std::pair<std::string_view, Value> ours[] = {
      {"service.version", std::string(COMMAND_CENTER_VERSION)},
      {"process.pid", std::int64_t{getpid()}},
      {"telemetry.sdk.name", std::string("command-center")},
      {"telemetry.sdk.language", std::string("cpp")},
      {"telemetry.sdk.version", std::string(COMMAND_CENTER_VERSION)},
  };
  for (const auto& [name, value] : ours) {
    const bool is_given = std::any_of(settings.resource.begin(), settings.resource.end(),
                                      [name = name](const auto& given) { return given.first == name; });
    if (!is_given) write_attribute(writer, name, value);
  }
  writer.end_array();
  writer.end_object();
}

}  // namespace

std::string otlp_json(const Settings& settings, const std::deque<Record>& records, std::size_t most_bytes,
                      std::size_t& count) {
  std::string text;
  TextWriter writer(text);
  writer.begin_object();
  writer.key("resourceSpans");
  writer.begin_array();
  writer.begin_object();
  write_resource(writer, settings);
  writer.key("scopeSpans");
  writer.begin_array();
  writer.begin_object();
  writer.key("scope");
  writer.begin_object();
  writer.member("name", "command-center");
  writer.member("version", COMMAND_CENTER_VERSION);
  writer.end_object();
  writer.key("spans");
  writer.begin_array();
  count = 0;
  for (const Record& record : records) {
    const std::string span = span_json(record);
    if (count > 0 && text.size() + span.size() > most_bytes) break;
    writer.raw(span);
    ++count;
  }
  writer.end_array();
  writer.end_object();
  writer.end_array();
  writer.end_object();
  writer.end_array();
  writer.end_object();
  return text;
}

}  // namespace command_center::daemon::spans
