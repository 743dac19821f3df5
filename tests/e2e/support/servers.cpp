// Calls the same scripts that people use.
#include "tests/e2e/support/servers.hpp"

#include <cstdlib>
#include <stdexcept>

namespace command_center::e2e {

void control(Server server, const std::string& action) {
  const bool is_postgres = server == Server::kPostgres;
  const std::string command =
      std::string(E2E_SOURCE_DIR) + (is_postgres ? "/scripts/postgres " : "/scripts/kafka ") + action + " '" +
      required_variable(is_postgres ? "COMMAND_CENTER_TEST_POSTGRES_DIR" : "COMMAND_CENTER_TEST_KAFKA_DIR") +
      "'";
  if (std::system(command.c_str()) != 0)
    throw std::runtime_error("failed: " + command);  // NOLINT(cert-env33-c)
}

std::string required_variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr)
    throw std::runtime_error(std::string(name) + " is not set: run below scripts/with-servers");
  return value;
}

}  // namespace command_center::e2e
