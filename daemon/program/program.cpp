// The admin port is open before systemd hears READY: whoever waits for it may ask at once.
#include "daemon/program/program.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include "daemon/admin/answers.hpp"
#include "daemon/admin/healthcheck.hpp"
#include "daemon/admin/server.hpp"
#include "daemon/failure.hpp"
#include "daemon/runtime/service_manager.hpp"

namespace command_center::daemon::program {

int run(const settings::Common& common, runtime::StopSignal& stop, roles::Crew& crew,
        const admin::Metrics& metrics, const std::function<void(std::uint16_t)>& say_started) {
  const admin::Server server(common.admin_address, common.admin_port, [&](const admin::Request& request) {
    return admin::answer(request, crew.roster(), metrics);
  });
  say_started(server.port());
  const runtime::ServiceManager systemd;
  systemd.notify("READY=1");
  const int status = crew.run([&] {
    systemd.notify("STATUS=" + std::string(name_of(crew.roster().state())) +
                   (stop.asked() ? "\nSTOPPING=1" : "") + (crew.roster().is_alive() ? "\nWATCHDOG=1" : ""));
  });
  logging::info("stopped", {{"exit_status", status}});
  return status;
}

int ask_health(const settings::Common& common) {
  const admin::HealthAnswer answer = admin::ask_health(common.admin_address, common.admin_port);
  std::cout << answer.text << '\n';
  return answer.ready ? EXIT_SUCCESS : EXIT_FAILURE;
}

int print(const settings::Printed& printed) {
  (printed.exit_status == 0 ? std::cout : std::cerr) << printed.text;
  return printed.exit_status;
}

int report_failure() noexcept {
  try {
    throw;
  } catch (const Failure& failure) {
    logging::error("could not start",
                   {{"message", failure.message()}, {"detail", failure.detail()}, {"hint", failure.hint()}});
  } catch (const std::exception& problem) {
    logging::error("could not start", {{"message", problem.what()}});
  }
  return EXIT_FAILURE;
}

}  // namespace command_center::daemon::program
