// What an operator can choose: flags over environment, unknown ones refused.
#pragma once

#include "daemon/settings/command_line.hpp"
#include "daemon/settings/common.hpp"
#include "relay/settings/consume.hpp"
#include "relay/settings/kafka.hpp"
#include "relay/settings/notify.hpp"
#include "relay/settings/publish.hpp"

namespace command_center::relay::settings {

enum class Command { kPublish, kConsume, kNotify, kAll, kPrintProgress, kRecover, kHealthcheck };
// --check looks at what the command needs, and does nothing of it.
enum class Mode { kRun, kCheck };

struct Settings {
  Command command = Command::kPublish;
  Mode mode = Mode::kRun;
  daemon::settings::Common common;
  Kafka kafka;
  Publish publish;
  Consume consume;
  Notify notify;

  [[nodiscard]] bool publishes() const noexcept {
    return command == Command::kPublish || command == Command::kAll;
  }
  [[nodiscard]] bool consumes() const noexcept {
    return command == Command::kConsume || command == Command::kAll;
  }
  [[nodiscard]] bool notifies() const noexcept {
    return command == Command::kNotify || (command == Command::kAll && notify.is_enabled);
  }
};

using ParseOutcome = daemon::settings::ParseOutcome<Settings>;

// Reads the command line, and from the environment what it does not give. `environment` is as in environ(7),
// searched for COMMAND_CENTER_* names nobody knows.
[[nodiscard]] ParseOutcome parse(int argc, const char* const* argv, const char* const* environment);

}  // namespace command_center::relay::settings
