// The settings that every daemon has, whatever its roles.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "daemon/logging/log.hpp"
#include "daemon/postgres/connection.hpp"
#include "daemon/spans/settings.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the library's name
namespace CLI {
class App;
}

namespace command_center::daemon::settings {

inline constexpr int kExitSettings = 2;

struct Common {
  postgres::Server postgres;
  std::string admin_address = "127.0.0.1";
  std::uint16_t admin_port = 9464;
  std::chrono::seconds drain_limit{20};
  logging::Settings log;
  spans::Settings spans;
};

// Adds them to a command line; `common` is filled when it is parsed.
void declare(CLI::App& app, Common& common);

// What is wrong with the settings, if anything; never repeats a value that may be a secret.
[[nodiscard]] std::optional<std::string> find_mistake(const Common& common);

}  // namespace command_center::daemon::settings
