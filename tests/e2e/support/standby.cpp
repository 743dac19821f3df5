// It is stopped while the primary goes on alone, so that nothing depends on how fast it follows.
#include "tests/e2e/support/standby.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "tests/e2e/support/database.hpp"
#include "tests/e2e/support/eventually.hpp"
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

std::string first_line(const std::string& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

}  // namespace

Standby::Standby()
    : directory_(required_variable("COMMAND_CENTER_TEST_DIR") + "/standby/postgres"),
      first_port_(required_variable("PGPORT")) {
  run("mkdir -p '" + directory_ + "/data' && chmod 755 '" + directory_ + "'");
  run(std::string(E2E_SOURCE_DIR) + "/tests/chaos/make-standby '" + directory_ + "' " + first_port_);
  run(script("start", directory_));
}

Standby::~Standby() {
  setenv("PGPORT", first_port_.c_str(), 1);
  (void)std::system((script("stop", directory_) + "; rm -rf '" + directory_ + "'").c_str());  // NOLINT
  try {
    if (promoted_) control(Server::kPostgres, "start");
  } catch (const std::exception&) {
    // The next test says so.
  }
}

void Standby::cut_off() {
  Client primary("postgres");
  const std::string end = primary.value("SELECT pg_current_wal_flush_lsn()");
  const bool has_all = eventually([&] {
    return primary.value("SELECT coalesce(bool_and(flush_lsn >= '" + end +
                         "'), false) FROM pg_stat_replication") == "t";
  });
  if (!has_all) throw std::runtime_error("the standby does not follow");
  run(script("stop", directory_));
}

std::string Standby::port() const {
  return first_line(directory_ + "/port");
}

void Standby::promote() {
  promoted_ = true;
  control(Server::kPostgres, "kill");
  run(script("start", directory_));
  setenv("PGPORT", port().c_str(), 1);
  if (Client("postgres").value("SELECT pg_promote(true, 600)") != "t")
    throw std::runtime_error("could not promote the standby");
}

}  // namespace command_center::e2e
