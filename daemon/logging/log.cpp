// Renders events and hands them to spdlog, whose pattern adds the time and the level.
#include "daemon/logging/log.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "daemon/logging/sink.hpp"

namespace command_center::daemon::logging {
namespace {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

constexpr const char* kTextPattern = "%Y-%m-%d %H:%M:%S.%e %-7l %v";
constexpr const char* kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

Format g_format = Format::kText;

std::string render(std::string_view event, Fields fields) {
  return g_format == Format::kJson ? render_json(event, fields) : render_text(event, fields);
}

std::string note_of_dropped(std::uint64_t lines) {
  return render("dropped log lines", {{"lines", lines}});
}

// Standard error until configure() was called.
spdlog::logger& logger() {
  static spdlog::logger shared("daemon", std::make_shared<Sink>(std::string(), note_of_dropped));
  return shared;
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

void log(Level level, std::string_view event, Fields fields) {
  if (!logger().should_log(spdlog_level(level))) return;
  const std::string line = render(event, fields);
  logger().log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

void write_string(JsonWriter& writer, std::string_view text) {
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

bool is_plain(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char byte) {
    return byte > ' ' && byte != '"' && byte != '\\' && byte != 0x7f;
  });
}

std::string json_string(std::string_view text) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  write_string(writer, text);
  return {buffer.GetString(), buffer.GetSize()};
}

void append_value(std::string& line, const Field& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    line += is_plain(*text) ? std::string(*text) : json_string(*text);
  } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    line += std::to_string(*number);
  } else {
    line += fmt::format("{:g}", std::get<double>(field.value));
  }
}

}  // namespace

void configure(const Settings& settings) {
  const bool on_terminal = settings.file.empty() && isatty(STDERR_FILENO) != 0;
  g_format = settings.format != Format::kAuto ? settings.format : on_terminal ? Format::kText : Format::kJson;
  logger().sinks() = {std::make_shared<Sink>(settings.file, note_of_dropped)};
  logger().set_level(spdlog_level(settings.level));
  if (g_format == Format::kJson) {
    logger().set_pattern(kJsonPattern, spdlog::pattern_time_type::utc);
  } else {
    logger().set_pattern(kTextPattern);
  }
  reopen_on_hangup();
}

void debug(std::string_view event, Fields fields) {
  log(Level::kDebug, event, fields);
}
void info(std::string_view event, Fields fields) {
  log(Level::kInfo, event, fields);
}
void warning(std::string_view event, Fields fields) {
  log(Level::kWarning, event, fields);
}
void error(std::string_view event, Fields fields) {
  log(Level::kError, event, fields);
}

std::string render_json(std::string_view event, Fields fields) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  writer.Key("event");
  write_string(writer, event);
  for (const Field& field : fields) {
    writer.Key(field.name.data(), static_cast<rapidjson::SizeType>(field.name.size()));
    if (const auto* text = std::get_if<std::string_view>(&field.value)) {
      write_string(writer, *text);
    } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      writer.Int64(*number);
    } else {
      writer.Double(std::get<double>(field.value));
    }
  }
  writer.EndObject();
  return {buffer.GetString() + 1, buffer.GetSize() - 2};
}

std::string render_text(std::string_view event, Fields fields) {
  std::string line(event);
  for (const Field& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    append_value(line, field);
  }
  return line;
}

}  // namespace command_center::daemon::logging
