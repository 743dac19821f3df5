// command-center-api: reads the settings, opens the doors, and answers until asked to stop.
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>

#include "api/settings/settings.hpp"
#include "daemon/admin/healthcheck.hpp"
#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"

namespace command_center::api {
namespace {

int ask_health(const settings::Settings& settings) {
  const admin::HealthAnswer answer =
      admin::ask_health(settings.common.admin_address, settings.common.admin_port);
  std::cout << answer.text << '\n';
  return answer.ready ? EXIT_SUCCESS : EXIT_FAILURE;
}

int execute(const settings::Settings& settings) {
  logging::configure(settings.common.log);
  if (settings.command == settings::Command::kHealthcheck) return ask_health(settings);
  return EXIT_FAILURE;
}

int main_of(int argc, char** argv) {
  try {
    const settings::ParseOutcome parsed = settings::parse(argc, argv, environ);
    if (parsed.settings) return execute(*parsed.settings);
    (parsed.exit_status == 0 ? std::cout : std::cerr) << parsed.text;
    return parsed.exit_status;
  } catch (const Failure& failure) {
    logging::error("could not start", {{"message", failure.message()}, {"detail", failure.detail()}});
  } catch (const std::exception& problem) {
    logging::error("could not start", {{"message", problem.what()}});
  }
  return EXIT_FAILURE;
}

}  // namespace
}  // namespace command_center::api

int main(int argc, char** argv) {
  return command_center::api::main_of(argc, argv);
}
