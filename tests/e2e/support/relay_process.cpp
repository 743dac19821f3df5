// Starts the relay with nothing in its environment but what the outside promises it.
#include "tests/e2e/support/relay_process.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "tests/e2e/support/servers.hpp"
#include "tests/support/loopback.hpp"

namespace command_center::e2e {
namespace {

ProcessOptions options_of(const Database& database, RelayOptions&& options) {
  ProcessOptions process;
  process.name = "relay";
  process.words = {options.stop_point.empty() ? E2E_RELAY : E2E_RELAY_WITH_STOP_POINTS, options.command};
  process.words.insert(process.words.end(), options.flags.begin(), options.flags.end());
  process.environment = std::move(options.environment);
  process.environment.push_back("PGDATABASE=" + database.name());
  process.environment.emplace_back("COMMAND_CENTER_ADMIN_PORT=0");
  append_inherited(process.environment, {"KAFKA_BROKERS", "PGHOST", "PGPORT", "PGUSER"});
  if (!options.stop_point.empty())
    process.environment.push_back("COMMAND_CENTER_TEST_STOP_POINT=" + options.stop_point);
  return process;
}

bool is_complete(const std::string& answer) {
  const std::string label = "Content-Length: ";
  const std::size_t body = answer.find("\r\n\r\n");
  const std::size_t length = answer.find(label);
  if (body == std::string::npos || length == std::string::npos) return false;
  return answer.size() - (body + 4) >= std::stoul(answer.substr(length + label.size()));
}

// The server may keep the connection open after its answer.
std::string ask(const loopback::Descriptor& socket, const std::string& request) {
  if (!loopback::send_all(socket, request)) return {};
  std::string answer;
  std::array<char, 4096> buffer{};
  while (!is_complete(answer)) {
    const ssize_t got = recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (got <= 0) return {};
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return answer;
}

}  // namespace

RelayProcess::RelayProcess(const Database& database, RelayOptions options)
    : Process(options_of(database, std::move(options))) {}

bool RelayProcess::waits_at_stop_point(std::chrono::milliseconds patience) {
  return eventually([this] { return is_stopped(); }, patience);
}

std::pair<int, std::string> RelayProcess::get(const std::string& path) const {
  const int port = admin_port();
  const loopback::Descriptor socket = loopback::open_socket();
  const timeval patience{5, 0};
  setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  std::string answer;
  if (port != 0 && loopback::connect_to(port, socket))
    answer = ask(socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
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

std::vector<std::string> printed_progress() {
  const std::string file = next_log_file("progress");
  const std::string command = std::string(E2E_RELAY) + " progress >'" + file + "'";
  if (std::system(command.c_str()) != 0)  // NOLINT(cert-env33-c)
    throw std::runtime_error("failed: " + command);
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace command_center::e2e
