// What the programs of all daemons do alike: from main() to the exit status.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <functional>

#include "daemon/admin/metrics.hpp"
#include "daemon/logging/log.hpp"
#include "daemon/roles/crew.hpp"
#include "daemon/runtime/stop_signal.hpp"
#include "daemon/settings/command_line.hpp"
#include "daemon/settings/common.hpp"

namespace command_center::daemon::program {

// Answers the admin port, tells systemd, and runs the roles until each has ended; answers the exit status.
// `say_started` is called with the admin port, before anybody can know that it is open.
[[nodiscard]] int run(const settings::Common& common, runtime::StopSignal& stop, roles::Crew& crew,
                      const admin::Metrics& metrics, const std::function<void(std::uint16_t)>& say_started);

// `healthcheck`: prints the state of the daemon that runs on the admin port; 0 when it is ready.
[[nodiscard]] int ask_health(const settings::Common& common);

// Prints what there is to print, or runs with the settings, logging as they say. Nothing is thrown: what kept
// the daemon from starting is logged.
[[nodiscard]] int report_failure() noexcept;  // of the exception that is being handled
[[nodiscard]] int print(const settings::Printed& printed);

template <typename Settings>
[[nodiscard]] int main_of(int argc, char** argv,
                          settings::ParseOutcome<Settings> (*parse)(int, const char* const*,
                                                                    const char* const*),
                          int (*execute)(const Settings&)) noexcept {
  try {
    const settings::ParseOutcome<Settings> parsed = parse(argc, argv, environ);
    if (!parsed.settings) return print({parsed.exit_status, parsed.text});
    logging::configure(parsed.settings->common.log);
    return execute(*parsed.settings);
  } catch (...) {
    return report_failure();
  }
}

}  // namespace command_center::daemon::program
