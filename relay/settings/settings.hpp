// What an operator can choose: flags over environment, unknown ones refused.
#pragma once

#include <optional>
#include <string>

#include "daemon/settings/common.hpp"
#include "relay/settings/consume.hpp"
#include "relay/settings/kafka.hpp"
#include "relay/settings/publish.hpp"

namespace command_center::relay::settings {

enum class Command { kPublish, kConsume, kAll, kPrintProgress, kRecover, kHealthcheck };
// --check looks at what the command needs, and does nothing of it.
enum class Mode { kRun, kCheck };

struct Settings {
  Command command = Command::kPublish;
  Mode mode = Mode::kRun;
  daemon::settings::Common common;
  Kafka kafka;
  Publish publish;
  Consume consume;
};

// Either settings to run with, or a text to print and the status to exit with (--help, --version, errors).
struct ParseOutcome {
  std::optional<Settings> settings;
  int exit_status = 0;
  std::string text;
};

// Reads the command line, and from the environment what it does not give. `environment` is as in environ(7),
// searched for COMMAND_CENTER_* names nobody knows.
[[nodiscard]] ParseOutcome parse(int argc, const char* const* argv, const char* const* environment);

}  // namespace command_center::relay::settings
