// What every daemon's command line has besides its settings: --version, --help and --example, and one way to
// say what is wrong with the rest.
#pragma once

#include <optional>
#include <string>
#include <vector>

// NOLINTNEXTLINE(readability-identifier-naming): the library's name
namespace CLI {
class App;
}

namespace command_center::daemon::settings {

// Either settings to run with, or a text to print and the status to exit with (--help, --version, errors).
template <typename Settings>
struct ParseOutcome {
  std::optional<Settings> settings;
  int exit_status = 0;
  std::string text;
};

struct Printed {
  int exit_status = 0;
  std::string text;
};

// All that is wrong, a line each.
using Mistakes = std::vector<std::string>;

// Adds --version and --example, reads the command line, and from the environment what it does not give.
// `environment` is as in environ(7), searched for COMMAND_CENTER_* names that no option has. What there is to
// print instead of running, or nothing.
[[nodiscard]] std::optional<Printed> read(CLI::App& app, int argc, const char* const* argv,
                                          const char* const* environment);

// Of wrong settings.
[[nodiscard]] Printed refuse(const Mistakes& mistakes);

}  // namespace command_center::daemon::settings
