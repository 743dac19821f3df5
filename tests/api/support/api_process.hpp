// An API as an operator starts it: `command-center-api` with addresses in the environment.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/support/database.hpp"
#include "tests/e2e/support/eventually.hpp"

namespace command_center::api_tests {

using e2e::Client;
using e2e::Database;
using e2e::eventually;
using e2e::kPatience;

struct ApiOptions {
  std::vector<std::string> flags;
  std::vector<std::string> environment{};  // NAME=value, in place of what the fixture says
  int most_files = 0;                      // the limit of descriptors; 0: as inherited
};

// Killed with -9 when it goes out of scope, unless it has ended.
class ApiProcess {
 public:
  // Returns when the ports are open; throws when that does not happen in time.
  explicit ApiProcess(const Database& database, ApiOptions options = {});
  ~ApiProcess();
  ApiProcess(const ApiProcess&) = delete;
  ApiProcess& operator=(const ApiProcess&) = delete;

  [[nodiscard]] int http_port() const { return http_port_; }
  [[nodiscard]] int admin_port() const { return admin_port_; }
  [[nodiscard]] int grpc_port() const { return logged_number("grpc_port"); }
  [[nodiscard]] pid_t pid() const { return pid_; }

  void send(int signal_number) const;
  void kill_9();
  // The exit status (128 + signal when a signal ended it), or nothing when it does not end in time.
  [[nodiscard]] std::optional<int> exit_status(std::chrono::milliseconds patience = kPatience);

  // The whole log so far, and whether a line with this text appears in time.
  [[nodiscard]] std::string log() const;
  [[nodiscard]] bool logs(const std::string& text, std::chrono::milliseconds patience = kPatience) const;

  // Memory in use and descriptors open; 0 when it has ended.
  [[nodiscard]] int resident_kilobytes() const;
  [[nodiscard]] int open_files() const;

 private:
  [[nodiscard]] int logged_number(const std::string& name) const;

  pid_t pid_ = -1;
  std::optional<int> status_;
  std::string log_file_;
  int http_port_ = 0;
  int admin_port_ = 0;
};

}  // namespace command_center::api_tests
