// All settings are those of the program, whatever the command: one environment file serves every relay.
#include "relay/settings/settings.hpp"

#include <utility>

#include "daemon/settings/options.hpp"

namespace command_center::relay::settings {
namespace {

using daemon::settings::Mistakes;

constexpr const char* kDescription =
    "Publishes what committed in PostgreSQL to Kafka, and applies in PostgreSQL what comes from Kafka, "
    "exactly "
    "once.\n"
    "Flags win over the environment. PostgreSQL is found as every libpq program finds it (PGHOST, PGPORT, "
    "PGUSER, …).";

constexpr const char* kFooter =
    "Signals: TERM or INT finishes the batch, releases the lease and exits 0; a second one stops at once.\n"
    "Exit status: 0 stopped as asked; 1 could not start, or stopped and had to give up what was under way;\n"
    "2 wrong settings; 3 stopped because Kafka and the database disagree about what is published (KC015), "
    "or\n"
    "because something must be changed by an operator first; 128 + signal after a second signal.";

// What there is to ask for.
std::string no_command(const CLI::App& app) {
  std::string text = "no command is given; there are:\n";
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    text += "  " + command->get_name() + ": " + command->get_description() + "\n";
  return text + "command-center-relay --help shows every setting";
}

Mistakes find_mistakes(const Settings& settings) {
  if (settings.command == Command::kHealthcheck) {
    if (settings.common.admin_port == 0) return {"healthcheck wants the --admin-port of the relay"};
    return {};
  }
  Mistakes mistakes;
  for (auto& mistake : {find_mistake(settings.kafka), find_mistake(settings.publish),
                        daemon::settings::find_mistake(settings.common)}) {
    if (mistake) mistakes.push_back(*mistake);
  }
  if (settings.notifies()) {
    if (auto mistake = find_mistake(settings.notify)) mistakes.push_back(std::move(*mistake));
  }
  return mistakes;
}

void add_command(CLI::App& app, const std::string& name, const std::string& description, Command command,
                 Settings& settings) {
  CLI::App* added = app.add_subcommand(name, description);
  added->set_help_flag();
  added->fallthrough();
  added->callback([&settings, command] { settings.command = command; });
}

ParseOutcome instead(daemon::settings::Printed printed) {
  return {std::nullopt, printed.exit_status, std::move(printed.text)};
}

}  // namespace

ParseOutcome parse(int argc, const char* const* argv, const char* const* environment) {
  CLI::App app(kDescription, "command-center-relay");
  Settings settings;
  bool check = false;
  app.footer(kFooter);
  app.require_subcommand(0, 1);
  add_command(app, "publish", "Publish the outbox to Kafka", Command::kPublish, settings);
  add_command(app, "consume", "Apply what the subscriptions of the database consume from Kafka",
              Command::kConsume, settings);
  add_command(app, "notify", "Tell people of manual releases of the Availability Guard, by webhooks",
              Command::kNotify, settings);
  add_command(app, "all", "Do all of that", Command::kAll, settings);
  add_command(
      app, "progress",
      "Print the last progress of --publisher and its shards under each identity, as rebase_outbox takes it",
      Command::kPrintProgress, settings);
  add_command(app, "recover",
              "After a failover or a restore that lost commits: read back from Kafka what is published, and "
              "let publishing go on",
              Command::kRecover, settings);
  add_command(app, "healthcheck",
              "Ask the relay that runs on --admin-port; exit status 0 when every role is ready, otherwise 1",
              Command::kHealthcheck, settings);
  declare(app, settings.kafka);
  daemon::settings::declare(app, settings.common);
  declare(app, settings.publish);
  declare(app, settings.consume);
  declare(app, settings.notify);
  app.add_flag(
      "--check", check,
      "Connect to both sides, say what would fail, change nothing, and exit with 0 when nothing would");

  if (auto printed = daemon::settings::read(app, argc, argv, environment))
    return instead(std::move(*printed));
  if (app.get_subcommands().empty()) return instead(daemon::settings::refuse({no_command(app)}));
  Mistakes mistakes = find_mistakes(settings);
  for (const std::string& name : unknown_notify_variables(app, environment))
    mistakes.push_back("the environment variable " + name + " is not a setting (see --help)");
  if (auto mistake = daemon::spans::read(environment, "command-center-relay", settings.common.spans))
    mistakes.push_back(std::move(*mistake));
  if (!mistakes.empty()) return instead(daemon::settings::refuse(mistakes));
  settings.mode = check ? Mode::kCheck : Mode::kRun;
  return {std::move(settings), 0, {}};
}

}  // namespace command_center::relay::settings
