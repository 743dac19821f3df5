// The process is ours alone: nobody else waits for it.
#include "tests/e2e/support/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/e2e/support/servers.hpp"

namespace command_center::e2e {
namespace {

constexpr int kSignalExitBase = 128;

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

std::string next_log_file(const std::string& name) {
  static std::atomic<int> count{0};
  return required_variable("COMMAND_CENTER_TEST_DIR") + "/" + name + "-" + std::to_string(getpid()) + "-" +
         std::to_string(++count) + ".log";
}

void append_inherited(std::vector<std::string>& environment, std::initializer_list<const char*> names) {
  for (const char* name : names) environment.push_back(std::string(name) + "=" + required_variable(name));
  for (const char* name : {"ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
  }
}

Process::Process(ProcessOptions options) : log_file_(next_log_file(options.name)) {
  const std::vector<char*> arguments = pointers(options.words);
  const std::vector<char*> variables = pointers(options.environment);
  const int log = open(log_file_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  pid_ = fork();
  if (pid_ < 0 || log < 0) throw std::runtime_error("could not start \"" + options.name + "\"");
  if (pid_ == 0) {
    if (options.orphaned == ProcessOptions::Orphaned::kIsKilled) prctl(PR_SET_PDEATHSIG, SIGKILL);
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
}

Process::~Process() {
  kill_9();
}

void Process::send(int signal_number) const {
  kill(pid_, signal_number);
}

void Process::kill_9() {
  if (status_) return;
  kill(pid_, SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  status_ = status_of(status);
}

bool Process::has_ended() {
  int status = 0;
  if (!status_ && waitpid(pid_, &status, WNOHANG) == pid_) status_ = status_of(status);
  return status_.has_value();
}

bool Process::is_stopped() {
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG | WUNTRACED) != pid_) return false;
  if (WIFSTOPPED(status)) return true;
  status_ = status_of(status);
  throw std::runtime_error("the process ended before its stop point:\n" + log());
}

std::optional<int> Process::exit_status(std::chrono::milliseconds patience) {
  if (!eventually([this] { return has_ended(); }, patience)) return std::nullopt;
  return status_;
}

std::string Process::log() const {
  std::ifstream file(log_file_);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool Process::logs(const std::string& text, std::chrono::milliseconds patience) const {
  return eventually([&] { return log().find(text) != std::string::npos; }, patience);
}

int Process::logged_number(const std::string& name) const {
  const std::string text = log();
  const std::string label = "\"" + name + "\":";
  const std::size_t at = text.find(label);
  return at == std::string::npos ? 0 : std::stoi(text.substr(at + label.size()));
}

int Process::kilobytes(const std::string& what) const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
  const std::string label = what + ":";
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, label.size(), label) == 0) return std::stoi(line.substr(label.size()));
  }
  return 0;
}

}  // namespace command_center::e2e
