// The defaults are those of the struct.
#include "api/database/settings.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "daemon/postgres/connect.hpp"
#include "daemon/settings/options.hpp"

namespace command_center::api::database {

using daemon::settings::add;
using daemon::settings::add_choice;
using daemon::settings::add_duration;

namespace {

using daemon::settings::Mistakes;

constexpr std::size_t kLongestName = 63;

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= kLongestName && std::all_of(text.begin(), text.end(), fits);
}

// "NAME=conninfo"; no message repeats what stands behind the name.
void take_databases(const std::vector<std::string>& all, Settings& settings) {
  for (const std::string& text : all) {
    if (text.empty()) continue;
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (equals == std::string::npos || !is_name(name))
      throw CLI::ValidationError(
          "--database", "must be NAME=<connection string>, the name of lower-case letters, digits, _ and -");
    if (!settings.databases.emplace(name, text.substr(equals + 1)).second)
      throw CLI::ValidationError("--database", "has the name \"" + name + "\" twice");
  }
}

}  // namespace

void declare(CLI::App& app, Settings& settings) {
  app.add_option_function<std::vector<std::string>>(
         "--database", [&settings](const std::vector<std::string>& all) { take_databases(all, settings); },
         "NAME=<libpq connection string>, over the PG* variables: one of several databases; repeat it, or "
         "put "
         "one on each line of the environment variable")
      ->envname("COMMAND_CENTER_DATABASES")
      ->delimiter('\n')
      ->allow_extra_args(false);
  add(app, "--tenants", settings.tenants_file, "COMMAND_CENTER_TENANTS_FILE",
      "A JSON file that says which database each tenant is in; read anew when it changes");
  add(app, "--database-connections", settings.connections, "COMMAND_CENTER_DATABASE_CONNECTIONS",
      "Connections to each database, each with a thread")
      ->check(CLI::Range(1, 256));
  add(app, "--queue-requests", settings.queue_requests, "COMMAND_CENTER_QUEUE_REQUESTS",
      "Most requests that wait for a connection, or are with it, of each database; more are answered 503")
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

Mistakes find_mistakes(const Settings& settings) {
  Mistakes mistakes;
  for (const auto& [name, conninfo] : settings.databases) {
    if (postgres::find_mistake(conninfo))
      mistakes.push_back("the connection string of --database " + name + " is malformed");
  }
  if (settings.databases.size() > 1 && settings.tenants_file.empty())
    mistakes.emplace_back("several --database need --tenants: a file that says which one each tenant is in");
  if (settings.databases.empty() && !settings.tenants_file.empty())
    mistakes.emplace_back("--tenants names databases by their --database: give at least one");
  return mistakes;
}

}  // namespace command_center::api::database
