// All settings are those of the program: one environment file serves it and what asks for its health.
#include "api/settings/settings.hpp"

#include "daemon/settings/options.hpp"

namespace command_center::api::settings {
namespace {

using daemon::settings::add;
using daemon::settings::add_duration;

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

std::optional<std::string> find_mistake(const Settings& settings) {
  if (settings.command == Command::kHealthcheck) {
    if (settings.common.admin_port == 0) return "healthcheck wants the --admin-port of the API";
    return std::nullopt;
  }
  if (auto mistake = identity::find_mistake(settings.identity, settings.http.address)) return mistake;
  if (!settings.grpc.address.empty()) {
    if (auto mistake = identity::find_mistake(settings.identity, settings.grpc.address)) return mistake;
  }
  return daemon::settings::find_mistake(settings.common);
}

ParseOutcome refuse(const std::string& why) {
  return {std::nullopt, daemon::settings::kExitSettings, why + "\n"};
}

}  // namespace

ParseOutcome parse(int argc, const char* const* argv, const char* const* environment) {
  CLI::App app(kDescription, "command-center-api");
  Settings settings;
  app.footer(kFooter);
  app.set_version_flag("--version", COMMAND_CENTER_VERSION);
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

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success&) {
    const bool asked_version = app.count("--version") > 0;
    if (asked_version) return {std::nullopt, 0, COMMAND_CENTER_VERSION "\n"};
    return {std::nullopt, 0, app.get_formatter()->make_help(&app, "", CLI::AppFormatMode::Normal)};
  } catch (const CLI::ParseError& problem) {
    return refuse(problem.what());
  }
  if (auto name = daemon::settings::find_unknown_variable(app, environment)) {
    return refuse("the environment variable " + *name + " is not a setting (see --help)");
  }
  if (auto mistake = find_mistake(settings)) return refuse(*mistake);
  if (settings.identity.kind == identity::Kind::kNone) settings.routes.callers = routes::Callers::kBelieved;
  return {std::move(settings), 0, {}};
}

}  // namespace command_center::api::settings
