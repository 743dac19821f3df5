// The relay's log: one line for each event, as text for people or as JSON for machines; never a payload or a
// secret.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace command_center::daemon::logging {

enum class Format { kAuto, kText, kJson };
enum class Level { kDebug, kInfo, kWarning, kError };

// One named value of an event. Borrows its strings until the call that logs it returns.
struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double> value;

  Field(std::string_view field_name, std::string_view text) : name(field_name), value(text) {}
  Field(std::string_view field_name, const std::string& text)
      : name(field_name), value(std::string_view(text)) {}
  Field(std::string_view field_name, const char* text) : name(field_name), value(std::string_view(text)) {}
  Field(std::string_view field_name, double number) : name(field_name), value(number) {}
  template <typename Integer, typename = std::enable_if_t<std::is_integral_v<Integer>>>
  Field(std::string_view field_name, Integer number)
      : name(field_name), value(static_cast<std::int64_t>(number)) {}
};

using Fields = std::initializer_list<Field>;

struct Settings {
  std::string file;  // empty: standard error
  Format format = Format::kAuto;
  Level level = Level::kInfo;  // the lowest that is logged
};

// kAuto: text when standard error is a terminal, JSON lines otherwise. From then on SIGHUP opens the file
// anew. A line that nobody takes is dropped and counted: logging never waits. Throws Failure(kRefused) when
// the file cannot be opened.
void configure(const Settings& settings);

void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warning(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

// The members `"event":…,"name":value…` of a JSON line, without the braces.
[[nodiscard]] std::string render_json(std::string_view event, Fields fields);
// `event name=value …`, a value in quotes where it is empty or has spaces, quotes or control characters.
[[nodiscard]] std::string render_text(std::string_view event, Fields fields);

}  // namespace command_center::daemon::logging
