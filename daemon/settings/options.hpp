// How a setting is declared: once, with its flag, its environment name and its default; CLI11 does the rest.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace command_center::daemon::settings {

// The flag wins over the environment, the environment over what `value` holds.
template <typename Value>
CLI::Option* add(CLI::App& app, const std::string& flag, Value& value, const std::string& environment_name,
                 const std::string& description) {
  return app.add_option(flag, value, description)->envname(environment_name)->capture_default_str();
}

struct Bounds {
  std::int64_t least;
  std::int64_t most;
};

// A time as a whole number of the unit that the flag's name ends in.
template <typename Duration>
CLI::Option* add_duration(CLI::App& app, const std::string& flag, Duration& value, Bounds bounds,
                          const std::string& environment_name, const std::string& description) {
  return app
      .add_option_function<std::int64_t>(
          flag, [&value](const std::int64_t& count) { value = Duration(count); }, description)
      ->envname(environment_name)
      ->default_str(std::to_string(value.count()))
      ->check(CLI::Range(bounds.least, bounds.most));
}

template <typename Enum>
CLI::Option* add_choice(CLI::App& app, const std::string& flag, Enum& value,
                        const std::map<std::string, Enum>& choices, const std::string& environment_name,
                        const std::string& description) {
  std::string default_name;
  std::string names;
  for (const auto& [name, choice] : choices) {
    if (choice == value) default_name = name;
    names += (names.empty() ? "" : "|") + name;
  }
  return app.add_option(flag, value, description)
      ->envname(environment_name)
      ->type_name(names)
      ->transform(CLI::CheckedTransformer(choices).description(""))
      ->default_str(default_name);
}

// The COMMAND_CENTER_* variables that no option of `app` is named after. `environment` is a null-terminated
// list of NAME=value as in environ(7); names that start with COMMAND_CENTER_TEST_ belong to the tests and are
// passed over.
[[nodiscard]] std::vector<std::string> find_unknown_variables(const CLI::App& app,
                                                              const char* const* environment);

}  // namespace command_center::daemon::settings
