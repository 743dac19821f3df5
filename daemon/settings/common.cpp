// Names are the same in every daemon, so that one environment file serves all of them.
#include "daemon/settings/common.hpp"

#include "daemon/postgres/connect.hpp"
#include "daemon/settings/options.hpp"

namespace command_center::daemon::settings {

void declare(CLI::App& app, Common& common) {
  using logging::Format;
  using logging::Level;
  add(app, "--postgres", common.postgres.conninfo, "COMMAND_CENTER_POSTGRES",
      "A libpq connection string, over the PG* variables");
  add_duration(app, "--statement-seconds", common.postgres.statement_limit, {1, 3600},
               "COMMAND_CENTER_STATEMENT_SECONDS",
               "How long a statement may take; a commit may wait for its standby as long as it wants");
  add(app, "--admin-address", common.admin_address, "COMMAND_CENTER_ADMIN_ADDRESS",
      "Where /livez, /readyz and /metrics listen");
  add(app, "--admin-port", common.admin_port, "COMMAND_CENTER_ADMIN_PORT",
      "Their port; 0: any free one, logged");
  add_duration(app, "--drain-seconds", common.drain_limit, {0, 3600}, "COMMAND_CENTER_DRAIN_SECONDS",
               "How long what is under way may take to finish after TERM");
  add(app, "--log-file", common.log.file, "COMMAND_CENTER_LOG_FILE",
      "A file to append to instead of standard error; HUP opens it anew");
  add_choice<Format>(app, "--log-format", common.log.format,
                     {{"auto", Format::kAuto}, {"text", Format::kText}, {"json", Format::kJson}},
                     "COMMAND_CENTER_LOG_FORMAT", "auto (text on a terminal, JSON otherwise), text or json");
  add_choice<Level>(app, "--log-level", common.log.level,
                    {{"debug", Level::kDebug},
                     {"info", Level::kInfo},
                     {"warning", Level::kWarning},
                     {"error", Level::kError}},
                    "COMMAND_CENTER_LOG_LEVEL", "debug, info, warning or error");
}

std::optional<std::string> find_mistake(const Common& common) {
  return postgres::find_mistake(common.postgres.conninfo);
}

}  // namespace command_center::daemon::settings
