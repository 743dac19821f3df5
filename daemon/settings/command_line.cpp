// A name that nobody knows is told with the one that was probably meant; values are never repeated.
#include "daemon/settings/command_line.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "daemon/settings/common.hpp"
#include "daemon/settings/options.hpp"
#include "extension/core/json/member_names.hpp"

namespace command_center::daemon::settings {
namespace {

constexpr std::string_view kPrefix = "COMMAND_CENTER_";
constexpr std::string_view kDashes = "--";
// As CLI11 shows one: until 2.3, and since.
constexpr std::string_view kEmptyLists[] = {"[]", "{}"};

std::string_view without(std::string_view prefix, std::string_view name) {
  return name.substr(0, prefix.size()) == prefix ? name.substr(prefix.size()) : name;
}

// "; did you mean …?", where some name is near.
std::string suggestion(std::string_view name, const std::vector<std::string>& known,
                       std::string_view prefix) {
  std::vector<std::string_view> rests;
  rests.reserve(known.size());
  for (const std::string& each : known) rests.push_back(without(prefix, each));
  const std::string_view meant = json::name_meant_by(without(prefix, name), rests.data(), rests.size());
  if (meant.empty()) return {};
  return "; did you mean " + std::string(prefix) + std::string(meant) + "?";
}

std::string unknown_variable(const CLI::App& app, const std::string& name) {
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    if (without(kPrefix, option->get_envname()) != option->get_envname())
      known.push_back(option->get_envname());
  }
  return "the environment variable " + name + " is not a setting (see --help)" +
         suggestion(name, known, kPrefix);
}

Mistakes unknown_words(const CLI::App& app) {
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  Mistakes mistakes;
  for (const std::string& word : app.remaining(true)) {
    // What follows the name may be a secret.
    const std::string name = word.substr(0, word.find('='));
    const bool is_flag = name.substr(0, kDashes.size()) == kDashes;
    if (is_flag) mistakes.push_back("there is no option " + name + suggestion(name, known, kDashes));
  }
  if (mistakes.empty()) mistakes.emplace_back("there is a word that belongs to no option (see --help)");
  return mistakes;
}

// Of a range CLI11 says the type twice.
std::string wanted_by(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return type.substr(type.find(':') + 1);  // npos + 1: all of it
}

// CLI11's words on a value repeat it, and it may be a secret that was meant for another option.
std::string without_value(const CLI::App& app, const std::string& words) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    const std::size_t at = words.find(name);
    if (at == std::string::npos || option->results().empty()) continue;
    const std::size_t behind = at + name.size();
    if (words[behind] != ':' && words[behind] != ' ') continue;  // the beginning of a longer name
    const bool repeats =
        std::any_of(option->results().begin(), option->results().end(),
                    [&](const std::string& value) { return words.find(value, behind) != std::string::npos; });
    if (!repeats) return words;
    const std::string wanted = wanted_by(*option);
    return name + (wanted.empty() ? " takes no value" : " does not take this value; it wants " + wanted);
  }
  return words;
}

bool is_empty_list(std::string_view value) {
  return std::find(std::begin(kEmptyLists), std::end(kEmptyLists), value) != std::end(kEmptyLists);
}

// The settings as an environment file, as systemd and containers read it; every line is a remark.
std::string example_of(const CLI::App& app) {
  std::string text = "# " + app.get_name() +
                     " " COMMAND_CENTER_VERSION
                     ": every setting with its default. A line counts once its # is taken away.\n";
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_envname().empty()) continue;
    const std::string value = option->get_default_str();
    text += "\n# " + option->get_description() + "\n#" + option->get_envname() + "=" +
            (is_empty_list(value) ? std::string() : value) + "\n";
  }
  return text;
}

}  // namespace

std::optional<Printed> read(CLI::App& app, int argc, const char* const* argv,
                            const char* const* environment) {
  app.set_version_flag("--version", COMMAND_CENTER_VERSION);
  const CLI::Option* example = app.add_flag_callback(
      "--example", [] { throw CLI::Success(); },
      "Print every setting as a line of an environment file, with its default, and exit");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success&) {
    if (app.count("--version") > 0) return Printed{0, COMMAND_CENTER_VERSION "\n"};
    if (example->count() > 0) return Printed{0, example_of(app)};
    // Not app.help(), which would tell of the subcommand alone, and that has no settings of its own.
    return Printed{0, app.get_formatter()->make_help(&app, "", CLI::AppFormatMode::Normal)};
  } catch (const CLI::ExtrasError&) {
    return refuse(unknown_words(app));
  } catch (const CLI::ParseError& problem) {
    return refuse({without_value(app, problem.what())});
  }
  Mistakes mistakes;
  for (const std::string& name : find_unknown_variables(app, environment))
    mistakes.push_back(unknown_variable(app, name));
  if (!mistakes.empty()) return refuse(mistakes);
  return std::nullopt;
}

Printed refuse(const Mistakes& mistakes) {
  Printed printed{kExitSettings, {}};
  for (const std::string& mistake : mistakes) printed.text += mistake + "\n";
  return printed;
}

}  // namespace command_center::daemon::settings
