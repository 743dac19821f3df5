// A relay as an operator starts it: `command-center-relay publish` with addresses in the environment.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/support/database.hpp"
#include "tests/e2e/support/eventually.hpp"

namespace command_center::e2e {

struct RelayOptions {
  std::vector<std::string> flags;
  std::string stop_point;                  // empty: the program that is installed
  std::vector<std::string> environment{};  // NAME=value, in place of what with-servers says
  std::string command = "publish";
};

// Killed with -9 when it goes out of scope, unless it has ended.
class RelayProcess {
 public:
  explicit RelayProcess(const Database& database, RelayOptions options = {});
  ~RelayProcess();
  RelayProcess(const RelayProcess&) = delete;
  RelayProcess& operator=(const RelayProcess&) = delete;

  void send(int signal_number) const;
  void kill_9();

  // True when the process stops at its stop point in time.
  [[nodiscard]] bool waits_at_stop_point(std::chrono::milliseconds patience = kPatience);
  // The exit status (128 + signal when a signal ended it), or nothing when it does not end in time.
  [[nodiscard]] std::optional<int> exit_status(std::chrono::milliseconds patience = kPatience);

  // The whole log so far, and whether a line with this text appears in time.
  [[nodiscard]] std::string log() const;
  [[nodiscard]] bool logs(const std::string& text, std::chrono::milliseconds patience = kPatience) const;

  // The most memory that it has had; 0 when it has ended.
  [[nodiscard]] int peak_kilobytes() const;

  // Status and body of GET from the admin port; status 0 when it does not answer.
  [[nodiscard]] std::pair<int, std::string> get(const std::string& path) const;
  // True when /readyz answers 200 with this state in time.
  [[nodiscard]] bool becomes(const std::string& state, std::chrono::milliseconds patience = kPatience) const;
  // Of the admin port; 0 before it is there.
  [[nodiscard]] int admin_port() const;

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
  std::string log_file_;
};

// The lines that `command-center-relay progress` prints; throws when it fails.
[[nodiscard]] std::vector<std::string> printed_progress();

}  // namespace command_center::e2e
