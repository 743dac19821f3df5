// Starts the relay with nothing in its environment but what the outside promises it.
#include "tests/e2e/support/relay_process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/e2e/support/servers.hpp"

namespace command_center::e2e {
namespace {

constexpr int kSignalExitBase = 128;

std::string next_log_file() {
  static std::atomic<int> count{0};
  return required_variable("COMMAND_CENTER_TEST_DIR") + "/relay-" + std::to_string(getpid()) + "-" +
         std::to_string(++count) + ".log";
}

// Of two values of a name the first one counts.
std::vector<std::string> environment_for(const Database& database, const RelayOptions& options) {
  std::vector<std::string> environment = options.environment;
  environment.push_back("PGDATABASE=" + database.name());
  environment.emplace_back("COMMAND_CENTER_ADMIN_PORT=0");
  for (const char* name : {"KAFKA_BROKERS", "PGHOST", "PGPORT", "PGUSER"}) {
    environment.push_back(std::string(name) + "=" + required_variable(name));
  }
  if (!options.stop_point.empty()) {
    environment.push_back("COMMAND_CENTER_TEST_STOP_POINT=" + options.stop_point);
  }
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

bool is_complete(const std::string& answer) {
  const std::string label = "Content-Length: ";
  const std::size_t body = answer.find("\r\n\r\n");
  const std::size_t length = answer.find(label);
  if (body == std::string::npos || length == std::string::npos) return false;
  return answer.size() - (body + 4) >= std::stoul(answer.substr(length + label.size()));
}

// The server may keep the connection open after its answer.
std::string ask(int socket_fd, const std::string& request) {
  if (send(socket_fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) return {};
  std::string answer;
  std::array<char, 4096> buffer{};
  while (!is_complete(answer)) {
    const ssize_t got = recv(socket_fd, buffer.data(), buffer.size(), 0);
    if (got <= 0) return {};
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return answer;
}

}  // namespace

RelayProcess::RelayProcess(const Database& database, RelayOptions options) : log_file_(next_log_file()) {
  std::vector<std::string> words{options.stop_point.empty() ? E2E_RELAY : E2E_RELAY_WITH_STOP_POINTS,
                                 options.command};
  words.insert(words.end(), options.flags.begin(), options.flags.end());
  std::vector<std::string> environment = environment_for(database, options);
  const std::vector<char*> arguments = pointers(words);
  const std::vector<char*> variables = pointers(environment);
  const int log = open(log_file_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  pid_ = fork();
  if (pid_ < 0 || log < 0) throw std::runtime_error("could not start a relay");
  if (pid_ == 0) {
    dup2(log, STDERR_FILENO);
    dup2(log, STDOUT_FILENO);
    execve(arguments[0], arguments.data(), variables.data());
    _exit(127);
  }
  close(log);
}

RelayProcess::~RelayProcess() {
  kill_9();
}

void RelayProcess::send(int signal_number) const {
  kill(pid_, signal_number);
}

void RelayProcess::kill_9() {
  if (status_) return;
  kill(pid_, SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  status_ = status_of(status);
}

bool RelayProcess::waits_at_stop_point(std::chrono::milliseconds patience) {
  const auto is_stopped = [this] {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG | WUNTRACED) != pid_) return false;
    if (WIFSTOPPED(status)) return true;
    status_ = status_of(status);
    throw std::runtime_error("the relay ended before its stop point:\n" + log());
  };
  return eventually(is_stopped, patience);
}

std::optional<int> RelayProcess::exit_status(std::chrono::milliseconds patience) {
  const auto has_ended = [this] {
    if (status_) return true;
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) status_ = status_of(status);
    return status_.has_value();
  };
  if (!eventually(has_ended, patience)) return std::nullopt;
  return status_;
}

std::string RelayProcess::log() const {
  std::ifstream file(log_file_);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool RelayProcess::logs(const std::string& text, std::chrono::milliseconds patience) const {
  return eventually([&] { return log().find(text) != std::string::npos; }, patience);
}

int RelayProcess::peak_kilobytes() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
  const std::string label = "VmHWM:";
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, label.size(), label) == 0) return std::stoi(line.substr(label.size()));
  }
  return 0;
}

std::pair<int, std::string> RelayProcess::get(const std::string& path) const {
  const int port = admin_port();
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{5, 0};
  setsockopt(socket_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (port != 0 && connect(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    answer = ask(socket_fd, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  }
  close(socket_fd);
  const std::size_t body = answer.find("\r\n\r\n");
  if (body == std::string::npos) return {0, {}};
  return {std::stoi(answer.substr(answer.find(' ') + 1)), answer.substr(body + 4)};
}

bool RelayProcess::becomes(const std::string& state, std::chrono::milliseconds patience) const {
  return eventually(
      [&] {
        const auto [status, body] = get("/readyz");
        return status == 200 && body == state + "\n";
      },
      patience);
}

int RelayProcess::admin_port() const {
  const std::string text = log();
  const std::string label = "\"admin_port\":";
  const std::size_t at = text.find(label);
  return at == std::string::npos ? 0 : std::stoi(text.substr(at + label.size()));
}

std::vector<std::string> printed_progress() {
  const std::string file = next_log_file();
  const std::string command = std::string(E2E_RELAY) + " progress >'" + file + "'";
  if (std::system(command.c_str()) != 0)  // NOLINT(cert-env33-c)
    throw std::runtime_error("failed: " + command);
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace command_center::e2e
