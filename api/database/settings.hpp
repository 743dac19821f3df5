// How many connections there are to the database, and how much may wait for one.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

// NOLINTNEXTLINE(readability-identifier-naming): the library's name
namespace CLI {
class App;
}

namespace command_center::api::database {

enum class Batching { kOn, kOff };

struct Settings {
  int connections = 8;
  int queue_requests = 10'000;
  std::int64_t queue_bytes = 64LL * 1024 * 1024;
  Batching batching = Batching::kOn;
  // How long an idempotency key in progress or a lock is waited for.
  std::chrono::milliseconds lock_wait{5000};
  // How soon a new handler in the database is known; not a flag.
  std::chrono::milliseconds watch_every{2000};
};

void declare(CLI::App& app, Settings& settings);

[[nodiscard]] std::optional<std::string> find_mistake(const Settings& settings);

}  // namespace command_center::api::database
