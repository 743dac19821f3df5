// A relay as an operator starts it: `command-center-relay publish` with addresses in the environment.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/support/database.hpp"
#include "tests/e2e/support/eventually.hpp"
#include "tests/e2e/support/process.hpp"

namespace command_center::e2e {

struct RelayOptions {
  std::vector<std::string> flags;
  std::string stop_point;                  // empty: the program that is installed
  std::vector<std::string> environment{};  // NAME=value, in place of what with-servers says
  std::string command = "publish";
};

class RelayProcess : public Process {
 public:
  explicit RelayProcess(const Database& database, RelayOptions options = {});

  // True when the process stops at its stop point in time.
  [[nodiscard]] bool waits_at_stop_point(std::chrono::milliseconds patience = kPatience);

  // The most memory that it has had; 0 when it has ended.
  [[nodiscard]] int peak_kilobytes() const { return kilobytes("VmHWM"); }

  // Status and body of GET from the admin port; status 0 when it does not answer.
  [[nodiscard]] std::pair<int, std::string> get(const std::string& path) const;
  // True when /readyz answers 200 with this state in time.
  [[nodiscard]] bool becomes(const std::string& state, std::chrono::milliseconds patience = kPatience) const;
};

// The lines that `command-center-relay progress` prints; throws when it fails.
[[nodiscard]] std::vector<std::string> printed_progress();

}  // namespace command_center::e2e
