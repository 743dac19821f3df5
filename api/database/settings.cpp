// The defaults are those of the struct.
#include "api/database/settings.hpp"

#include "api/api.hpp"
#include "daemon/settings/options.hpp"

namespace command_center::api::database {

using daemon::settings::add;
using daemon::settings::add_choice;
using daemon::settings::add_duration;

void declare(CLI::App& app, Settings& settings) {
  add(app, "--database-connections", settings.connections, "COMMAND_CENTER_DATABASE_CONNECTIONS",
      "Connections to the database, each with a thread")
      ->check(CLI::Range(1, 256));
  add(app, "--queue-requests", settings.queue_requests, "COMMAND_CENTER_QUEUE_REQUESTS",
      "Most requests that wait for a connection; more are answered 503")
      ->check(CLI::Range(1, 1'000'000));
  add(app, "--queue-bytes", settings.queue_bytes, "COMMAND_CENTER_QUEUE_BYTES",
      "Most bytes of them; bounds memory")
      ->check(CLI::Range(std::int64_t{1} << 20, std::int64_t{1} << 34));
  add_choice<Batching>(
      app, "--batching", settings.batching, {{"on", Batching::kOn}, {"off", Batching::kOff}},
      "COMMAND_CENTER_BATCHING",
      "on: commands that wait at the same time are executed together, each with an outcome of "
      "its own, as the login role; off: one by one, as the tenant's role");
  add_duration(app, "--lock-wait-ms", settings.lock_wait, {1, 60'000}, "COMMAND_CENTER_LOCK_WAIT_MS",
               "How long an idempotency key that is in progress, or a lock, is waited for: 409 then");
}

std::optional<std::string> find_mistake(const Settings& /*settings*/) {
  return std::nullopt;
}

}  // namespace command_center::api::database
