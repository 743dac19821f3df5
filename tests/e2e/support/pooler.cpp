// Uses the script that scripts/with-servers knows how to stop.
#include "tests/e2e/support/pooler.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "tests/e2e/support/servers.hpp"

namespace command_center::e2e {
namespace {

int script(const std::string& action, const std::string& directory, const std::string& setting = {}) {
  const std::string command =
      std::string(E2E_SOURCE_DIR) + "/scripts/pgbouncer " + action + " '" + directory + "' " + setting;
  return std::system(command.c_str());  // NOLINT(cert-env33-c)
}

}  // namespace

Pooler::Pooler(int sessions, const std::string& user)
    : directory_(required_variable("COMMAND_CENTER_TEST_DIR") + "/pgbouncer"),
      server_port_(required_variable("PGPORT")) {
  if (script("init", directory_, "default_pool_size=" + std::to_string(sessions)) != 0)
    throw std::runtime_error("could not set up PgBouncer");
  if (!user.empty()) std::ofstream(directory_ + "/users", std::ios::app) << '"' << user << "\" \"\"\n";
  if (script("start", directory_) != 0) throw std::runtime_error("could not start PgBouncer");
  std::string port;
  std::getline(std::ifstream(directory_ + "/port"), port);
  setenv("PGPORT", port.c_str(), 1);
}

Pooler::~Pooler() {
  setenv("PGPORT", server_port_.c_str(), 1);
  (void)script("stop", directory_);
  (void)std::system(("rm -rf '" + directory_ + "'").c_str());  // NOLINT(cert-env33-c)
}

}  // namespace command_center::e2e
