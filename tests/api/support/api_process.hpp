// An API as an operator starts it: `command-center-api` with addresses in the environment.
#pragma once

#include <string>
#include <vector>

#include "tests/e2e/support/database.hpp"
#include "tests/e2e/support/eventually.hpp"
#include "tests/e2e/support/process.hpp"

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

class ApiProcess : public e2e::Process {
 public:
  // Returns when the ports are open; throws when that does not happen in time.
  explicit ApiProcess(const Database& database, ApiOptions options = {});

  [[nodiscard]] int http_port() const { return http_port_; }
  [[nodiscard]] int grpc_port() const { return logged_number("grpc_port"); }

  // Memory in use and descriptors open; 0 when it has ended.
  [[nodiscard]] int resident_kilobytes() const { return kilobytes("VmRSS"); }
  [[nodiscard]] int open_files() const;

 private:
  int http_port_ = 0;
};

}  // namespace command_center::api_tests
