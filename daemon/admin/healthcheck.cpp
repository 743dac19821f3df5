// One blocking connection: the process that asks does nothing else.
#include "daemon/admin/healthcheck.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "daemon/admin/descriptor.hpp"

namespace command_center::daemon::admin {
namespace {

constexpr timeval kPatience{5, 0};

struct FreeAddresses {
  void operator()(addrinfo* addresses) const noexcept { freeaddrinfo(addresses); }
};

std::string reachable(const std::string& address) {
  if (address == "0.0.0.0") return "127.0.0.1";
  return address == "::" ? "::1" : address;
}

HealthAnswer no_answer(const char* why) {
  return {false, std::string("no answer: ") + why};
}

}  // namespace

HealthAnswer ask_health(const std::string& address, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  const int error = getaddrinfo(reachable(address).c_str(), std::to_string(port).c_str(), &hints, &raw);
  if (error != 0) return no_answer(gai_strerror(error));
  const std::unique_ptr<addrinfo, FreeAddresses> found(raw);
  const Descriptor connection(socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
  setsockopt(connection.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof(kPatience));
  const std::string request = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  if (connect(connection.get(), found->ai_addr, found->ai_addrlen) != 0 ||
      send(connection.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) {
    return no_answer(std::strerror(errno));
  }
  std::string answer;
  std::array<char, 1024> buffer{};
  ssize_t got = 0;
  while ((got = recv(connection.get(), buffer.data(), buffer.size(), 0)) > 0)
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  const std::size_t body = answer.find("\r\n\r\n");
  if (got < 0) return no_answer(std::strerror(errno));
  if (body == std::string::npos) return no_answer("not HTTP");
  std::string text = answer.substr(body + 4);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return {answer.compare(0, 12, "HTTP/1.1 200") == 0, text};
}

}  // namespace command_center::daemon::admin
