// How many connections there are to the database, and how much may wait for one.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "api/api.hpp"
#include "daemon/settings/command_line.hpp"

namespace command_center::api::database {

enum class Batching { kOn, kOff };

// What the one database is called where no --database gives it a name.
inline constexpr const char* kOnlyDatabase = "default";

struct Settings {
  std::map<std::string, std::string>
      databases;             // connection strings by name; empty: --postgres is the only one
  std::string tenants_file;  // empty: every tenant is in the only database
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

// All that is wrong with them; never repeats a connection string, which may hold a password.
[[nodiscard]] daemon::settings::Mistakes find_mistakes(const Settings& settings);

}  // namespace command_center::api::database
