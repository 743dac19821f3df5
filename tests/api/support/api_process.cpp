// Starts the API with nothing in its environment but what the outside promises it.
#include "tests/api/support/api_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/e2e/support/servers.hpp"

namespace command_center::api_tests {
namespace {

constexpr int kSignalExitBase = 128;

std::string next_log_file() {
  static std::atomic<int> count{0};
  return e2e::required_variable("COMMAND_CENTER_TEST_DIR") + "/api-" + std::to_string(getpid()) + "-" +
         std::to_string(++count) + ".log";
}

// Of two values of a name the first one counts.
std::vector<std::string> environment_for(const Database& database, const ApiOptions& options) {
  std::vector<std::string> environment = options.environment;
  environment.push_back("PGDATABASE=" + database.name());
  for (const char* name :
       {"COMMAND_CENTER_HTTP_PORT", "COMMAND_CENTER_GRPC_PORT", "COMMAND_CENTER_ADMIN_PORT"})
    environment.push_back(std::string(name) + "=0");
  for (const char* name : {"PGHOST", "PGPORT", "PGUSER"})
    environment.push_back(std::string(name) + "=" + e2e::required_variable(name));
  // Sanitizers read their options here.
  for (const char* name : {"ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
  }
  return environment;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (std::string& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

int status_of(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : kSignalExitBase + WTERMSIG(wait_status);
}

}  // namespace

ApiProcess::ApiProcess(const Database& database, ApiOptions options) : log_file_(next_log_file()) {
  std::vector<std::string> words{API_PROGRAM};
  words.insert(words.end(), options.flags.begin(), options.flags.end());
  std::vector<std::string> environment = environment_for(database, options);
  const std::vector<char*> arguments = pointers(words);
  const std::vector<char*> variables = pointers(environment);
  const int log = open(log_file_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  pid_ = fork();
  if (pid_ < 0 || log < 0) throw std::runtime_error("could not start an API");
  if (pid_ == 0) {
    // A test that is killed leaves none behind.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (options.most_files > 0) {
      const auto most = static_cast<rlim_t>(options.most_files);
      const rlimit limit{most, most};
      setrlimit(RLIMIT_NOFILE, &limit);
    }
    dup2(log, STDERR_FILENO);
    dup2(log, STDOUT_FILENO);
    execve(arguments[0], arguments.data(), variables.data());
    _exit(127);
  }
  close(log);
  const bool is_open = eventually([&] {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      status_ = status_of(status);
      throw std::runtime_error("the API ended:\n" + this->log());
    }
    admin_port_ = logged_number("admin_port");
    http_port_ = logged_number("http_port");
    return admin_port_ != 0 && http_port_ != 0;
  });
  if (!is_open) {
    kill_9();
    throw std::runtime_error("the API opened no port:\n" + this->log());
  }
}

ApiProcess::~ApiProcess() {
  kill_9();
}

void ApiProcess::send(int signal_number) const {
  kill(pid_, signal_number);
}

void ApiProcess::kill_9() {
  if (status_) return;
  kill(pid_, SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  status_ = status_of(status);
}

std::optional<int> ApiProcess::exit_status(std::chrono::milliseconds patience) {
  const auto has_ended = [this] {
    if (status_) return true;
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) status_ = status_of(status);
    return status_.has_value();
  };
  if (!eventually(has_ended, patience)) return std::nullopt;
  return status_;
}

std::string ApiProcess::log() const {
  std::ifstream file(log_file_);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool ApiProcess::logs(const std::string& text, std::chrono::milliseconds patience) const {
  return eventually([&] { return log().find(text) != std::string::npos; }, patience);
}

int ApiProcess::resident_kilobytes() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
  const std::string label = "VmRSS:";
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, label.size(), label) == 0) return std::stoi(line.substr(label.size()));
  }
  return 0;
}

int ApiProcess::open_files() const {
  int count = 0;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/fd", error)) {
    static_cast<void>(entry);
    ++count;
  }
  return count;
}

int ApiProcess::logged_number(const std::string& name) const {
  const std::string text = log();
  const std::string label = "\"" + name + "\":";
  const std::size_t at = text.find(label);
  return at == std::string::npos ? 0 : std::stoi(text.substr(at + label.size()));
}

}  // namespace command_center::api_tests
