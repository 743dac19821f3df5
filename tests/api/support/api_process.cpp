// Nothing is in its environment but what the outside promises it.
#include "tests/api/support/api_process.hpp"

#include <filesystem>
#include <stdexcept>
#include <utility>

namespace command_center::api_tests {
namespace {

e2e::ProcessOptions options_of(const Database& database, ApiOptions&& options) {
  e2e::ProcessOptions process;
  process.name = "api";
  process.words = {API_PROGRAM};
  process.words.insert(process.words.end(), options.flags.begin(), options.flags.end());
  process.environment = std::move(options.environment);
  process.environment.push_back("PGDATABASE=" + database.name());
  for (const char* name :
       {"COMMAND_CENTER_HTTP_PORT", "COMMAND_CENTER_GRPC_PORT", "COMMAND_CENTER_ADMIN_PORT"})
    process.environment.push_back(std::string(name) + "=0");
  e2e::append_inherited(process.environment, {"PGHOST", "PGPORT", "PGUSER"});
  process.most_files = options.most_files;
  process.orphaned = e2e::ProcessOptions::Orphaned::kIsKilled;
  return process;
}

}  // namespace

ApiProcess::ApiProcess(const Database& database, ApiOptions options)
    : Process(options_of(database, std::move(options))) {
  const bool is_open = eventually([&] {
    if (has_ended()) throw std::runtime_error("the API ended:\n" + this->log());
    http_port_ = logged_number("http_port");
    return admin_port() != 0 && http_port_ != 0;
  });
  if (!is_open) throw std::runtime_error("the API opened no port:\n" + this->log());
}

int ApiProcess::open_files() const {
  int count = 0;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid()) + "/fd", error)) {
    static_cast<void>(entry);
    ++count;
  }
  return count;
}

}  // namespace command_center::api_tests
