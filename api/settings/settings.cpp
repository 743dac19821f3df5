// All settings are those of the program: one environment file serves it and what asks for its health.
#include "api/settings/settings.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "daemon/settings/options.hpp"

namespace command_center::api::settings {
namespace {

using daemon::settings::add;
using daemon::settings::add_duration;
using daemon::settings::Mistakes;

constexpr const char* kDescription =
    "Answers HTTP requests with what the functions of command_center in PostgreSQL say.\n"
    "Flags win over the environment. PostgreSQL is found as every libpq program finds it (PGHOST, PGPORT, "
    "PGUSER, …).";

constexpr const char* kFooter =
    "Signals: TERM or INT answers what is under way and exits 0; a second one stops at once.\n"
    "Exit status: 0 stopped as asked; 1 could not start, or stopped with requests that were not answered in "
    "time;\n"
    "2 wrong settings; 128 + signal after a second signal.";

void declare(CLI::App& app, Http& http) {
  add(app, "--http-address", http.address, "COMMAND_CENTER_HTTP_ADDRESS", "Where requests are answered");
  add(app, "--http-port", http.port, "COMMAND_CENTER_HTTP_PORT", "The port there; 0: any free one, logged");
  add(app, "--http-threads", http.threads, "COMMAND_CENTER_HTTP_THREADS", "Threads that read requests")
      ->check(CLI::Range(1, 64));
  add(app, "--connections", http.most_connections, "COMMAND_CENTER_CONNECTIONS",
      "Most connections of clients; the oldest idle one makes room for the next")
      ->check(CLI::Range(8, 1'000'000));
  add(app, "--body-bytes", http.body_bytes, "COMMAND_CENTER_BODY_BYTES", "Most bytes of a request's body")
      ->check(CLI::Range(std::int64_t{1024}, std::int64_t{64} * 1024 * 1024));
  add_duration(app, "--head-seconds", http.head_limit, {1, 3600}, "COMMAND_CENTER_HEAD_SECONDS",
               "How long a client may take to send the head of a request");
  add_duration(app, "--body-seconds", http.body_limit, {1, 3600}, "COMMAND_CENTER_BODY_SECONDS",
               "How long a client may take to send its body");
  add_duration(app, "--idle-seconds", http.idle_limit, {1, 86400}, "COMMAND_CENTER_IDLE_SECONDS",
               "How long a connection may stay open between requests");
  add_duration(app, "--send-seconds", http.send_limit, {1, 3600}, "COMMAND_CENTER_SEND_SECONDS",
               "How long a client may take to read its answer");
}

// Two doors that are told to use one.
void find_shared_port(const Settings& settings, Mistakes& mistakes) {
  struct Listening {
    const char* flag;
    const std::string& address;
    std::uint16_t port;
  };
  const Listening all[] = {{"--http-port", settings.http.address, settings.http.port},
                           {"--grpc-port", settings.grpc.address, settings.grpc.port},
                           {"--admin-port", settings.common.admin_address, settings.common.admin_port}};
  for (const Listening* one = std::begin(all); one != std::end(all); ++one) {
    for (const Listening* other = one + 1; other != std::end(all); ++other) {
      if (one->port != 0 && one->port == other->port && one->address == other->address)
        mistakes.push_back(std::string(one->flag) + " and " + other->flag + " are the same port of \"" +
                           one->address + "\"");
    }
  }
}

Mistakes find_mistakes(const Settings& settings) {
  if (settings.command == Command::kHealthcheck) {
    if (settings.common.admin_port == 0) return {"healthcheck wants the --admin-port of the API"};
    return {};
  }
  Mistakes mistakes = identity::find_mistakes(settings.identity, settings.http.address);
  if (!settings.grpc.address.empty()) {
    for (std::string& mistake : identity::find_mistakes(settings.identity, settings.grpc.address)) {
      if (std::find(mistakes.begin(), mistakes.end(), mistake) == mistakes.end())
        mistakes.push_back(std::move(mistake));
    }
  }
  for (std::string& mistake : database::find_mistakes(settings.database))
    mistakes.push_back(std::move(mistake));
  if (!settings.database.databases.empty() && !settings.common.postgres.conninfo.empty())
    mistakes.emplace_back(
        "--postgres is the only database, and --database names one of several: give one of the two");
  if (auto mistake = daemon::settings::find_mistake(settings.common)) mistakes.push_back(std::move(*mistake));
  find_shared_port(settings, mistakes);
  return mistakes;
}

ParseOutcome instead(daemon::settings::Printed printed) {
  return {std::nullopt, printed.exit_status, std::move(printed.text)};
}

// Of all that may be open, what gRPC's connections may take.
int share_of_files(int wanted) {
  constexpr rlim_t kShare = 8;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return wanted;
  return static_cast<int>(std::min(static_cast<rlim_t>(wanted), files.rlim_max / kShare));
}

}  // namespace

ParseOutcome parse(int argc, const char* const* argv, const char* const* environment) {
  CLI::App app(kDescription, "command-center-api");
  Settings settings;
  app.footer(kFooter);
  app.require_subcommand(0, 1);
  CLI::App* healthcheck = app.add_subcommand(
      "healthcheck", "Ask the API that runs on --admin-port; exit status 0 when it is ready, otherwise 1");
  healthcheck->set_help_flag();
  healthcheck->fallthrough();
  healthcheck->callback([&settings] { settings.command = Command::kHealthcheck; });
  declare(app, settings.http);
  declare(app, settings.grpc);
  identity::declare(app, settings.identity);
  database::declare(app, settings.database);
  routes::declare(app, settings.routes);
  daemon::settings::declare(app, settings.common);

  bool check = false;
  app.add_flag("--check", check,
               "Connect to every database, say what would fail, change nothing, and exit with 0 when nothing "
               "would");

  if (auto printed = daemon::settings::read(app, argc, argv, environment))
    return instead(std::move(*printed));
  Mistakes mistakes = find_mistakes(settings);
  if (auto mistake = daemon::spans::read(environment, "command-center-api", settings.common.spans))
    mistakes.push_back(std::move(*mistake));
  if (!mistakes.empty()) return instead(daemon::settings::refuse(mistakes));
  if (check && settings.command == Command::kServe) settings.command = Command::kCheck;
  const int databases = std::max(static_cast<int>(settings.database.databases.size()), 1);
  settings.http.most_unanswered = settings.database.queue_requests * databases;
  settings.http.other_files = (settings.database.connections + 2) * databases;
  if (!settings.grpc.address.empty()) {
    settings.grpc.most_connections = share_of_files(settings.grpc.most_connections);
    settings.http.other_files += settings.grpc.most_connections;
  }
  if (settings.identity.kind == identity::Kind::kNone) settings.routes.callers = routes::Callers::kBelieved;
  return {std::move(settings), 0, {}};
}

}  // namespace command_center::api::settings
