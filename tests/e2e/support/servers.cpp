// Calls the same scripts that people use.
#include "tests/e2e/support/servers.hpp"

#include <cstdlib>
#include <stdexcept>

namespace command_center::e2e {

namespace {

std::string command_of(Server server, const std::string& action, const std::string& directory) {
  const bool is_postgres = server == Server::kPostgres;
  return std::string(E2E_SOURCE_DIR) + (is_postgres ? "/scripts/postgres " : "/scripts/kafka ") + action +
         " '" + directory + "'";
}

std::string own_directory(Server server) {
  const bool is_postgres = server == Server::kPostgres;
  return required_variable(is_postgres ? "COMMAND_CENTER_TEST_POSTGRES_DIR"
                                       : "COMMAND_CENTER_TEST_KAFKA_DIR");
}

bool succeeds(const std::string& command) {
  return std::system(command.c_str()) == 0;  // NOLINT(cert-env33-c)
}

void run(const std::string& command) {
  if (!succeeds(command)) throw std::runtime_error("failed: " + command);
}

}  // namespace

void control(Server server, const std::string& action) {
  run(command_of(server, action, own_directory(server)));
}

void start_after_crash(Server server, const std::string& directory) {
  constexpr int kTries = 5;
  const std::string place = directory.empty() ? own_directory(server) : directory;
  const std::string start = command_of(server, "start", place);
  for (int turn = 1; turn < kTries; ++turn) {
    if (succeeds(start + " 2>/dev/null")) return;
    (void)succeeds(command_of(server, "kill", place) + " 2>/dev/null");
  }
  run(start);
}

std::string required_variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr)
    throw std::runtime_error(std::string(name) + " is not set: run below scripts/with-servers");
  return value;
}

}  // namespace command_center::e2e
