// Uses the same script that starts the first cluster, and the client programs of the same server.
#include "tests/e2e/support/second_cluster.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "tests/e2e/support/database.hpp"
#include "tests/e2e/support/servers.hpp"

namespace command_center::e2e {
namespace {

void run(const std::string& command) {
  if (std::system(command.c_str()) != 0)  // NOLINT(cert-env33-c)
    throw std::runtime_error("failed: " + command);
}

std::string script(const std::string& action, const std::string& directory) {
  return std::string(E2E_SOURCE_DIR) + "/scripts/postgres " + action + " '" + directory + "'";
}

std::string program(const std::string& name) {
  return "\"$(\"${PG_CONFIG:-pg_config}\" --bindir)/" + name + "\"";
}

std::string first_line(const std::string& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

}  // namespace

void dump(const std::string& database, const std::string& file) {
  run(program("pg_dump") + " -d '" + database + "' -f '" + file + "'");
}

SecondCluster::SecondCluster()
    : directory_(required_variable("COMMAND_CENTER_TEST_DIR") + "/second/postgres"),
      first_port_(required_variable("PGPORT")) {
  run(script("init", directory_));
  run(script("start", directory_));
  setenv("PGPORT", first_line(directory_ + "/port").c_str(), 1);
}

SecondCluster::~SecondCluster() {
  setenv("PGPORT", first_port_.c_str(), 1);
  (void)std::system((script("stop", directory_) + "; rm -rf '" + directory_ + "'").c_str());  // NOLINT
}

void SecondCluster::restore(const std::string& database, const std::string& file) {
  Client("postgres").query("CREATE DATABASE " + database);
  run(program("psql") + " -X -q -v ON_ERROR_STOP=1 -d '" + database + "' -f '" + file + "' >/dev/null");
}

}  // namespace command_center::e2e
