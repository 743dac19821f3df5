// One thread over non-blocking sockets: nobody can hold up the next one, and nobody's answer can reach
// another.
#include "daemon/admin/server.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "daemon/failure.hpp"

namespace command_center::daemon::admin {
namespace {

using runtime::Clock;

constexpr std::size_t kMostConnections = 32;
constexpr std::size_t kMostInput = 8192;
constexpr int kBacklog = 128;
constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::milliseconds kLook{500};
constexpr int kHeadTooLarge = 431;
constexpr int kBadRequest = 400;

struct FreeAddresses {
  void operator()(addrinfo* addresses) const noexcept { freeaddrinfo(addresses); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

[[noreturn]] void refuse(const std::string& address, std::uint16_t port, const char* why) {
  throw Failure(FailureKind::kRefused, kConnectionFailure,
                "could not listen on \"" + address + "\", port " + std::to_string(port), why);
}

Descriptor listen_on(const std::string& address, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* raw = nullptr;
  const int error = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &raw);
  if (error != 0) refuse(address, port, gai_strerror(error));
  const Addresses found(raw);
  Descriptor listener(socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (listener.get() < 0 || setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      bind(listener.get(), found->ai_addr, found->ai_addrlen) != 0 || listen(listener.get(), kBacklog) != 0) {
    refuse(address, port, std::strerror(errno));
  }
  return listener;
}

std::uint16_t port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port
                                             : reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace

Server::Server(const std::string& address, std::uint16_t port, Answer answer)
    : answer_(std::move(answer)),
      listener_(listen_on(address, port)),
      stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      port_(port_of(listener_.get())) {
  if (stop_.get() < 0) refuse(address, port, std::strerror(errno));
  thread_ = std::thread([this] { serve(); });
}

Server::~Server() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(stop_.get(), &one, sizeof(one));
  thread_.join();
}

void Server::serve() {
  while (true) {
    std::vector<pollfd> watched{{stop_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    for (const Connection& connection : connections_) {
      const short events = connection.output.empty() ? POLLIN : POLLOUT;
      watched.push_back({connection.socket.get(), events, 0});
    }
    poll(watched.data(), watched.size(), static_cast<int>(kLook.count()));
    if (watched[0].revents != 0) return;
    std::size_t index = 2;
    for (auto each = connections_.begin(); each != connections_.end(); ++index) {
      const bool is_ready = watched[index].revents != 0;
      const bool goes_on = Clock::now() < each->deadline && (!is_ready || advance(*each));
      each = goes_on ? std::next(each) : connections_.erase(each);
    }
    if (watched[1].revents != 0) accept_all();
  }
}

// Without a descriptor left for the next one, the oldest makes room as well.
void Server::accept_all() {
  while (true) {
    Descriptor accepted(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (accepted.get() < 0) {
      const bool no_descriptor = errno == EMFILE || errno == ENFILE;
      if (!no_descriptor || connections_.empty()) return;
      connections_.pop_front();
      continue;
    }
    if (connections_.size() >= kMostConnections) connections_.pop_front();
    connections_.push_back({std::move(accepted), Clock::now() + kPatience, {}, {}});
  }
}

bool Server::advance(Connection& connection) {
  if (connection.output.empty() && !read_request(connection)) return false;
  return connection.output.empty() || send_answer(connection);
}

bool Server::read_request(Connection& connection) {
  std::array<char, 4096> buffer{};
  const ssize_t got = recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  connection.input.append(buffer.data(), static_cast<std::size_t>(got));
  if (!has_whole_head(connection.input)) {
    if (connection.input.size() > kMostInput) connection.output = render({kHeadTooLarge, {}}, "GET");
    return true;
  }
  const auto request = parse_request(connection.input);
  connection.output = request ? render(answer_(*request), request->method) : render({kBadRequest, {}}, "GET");
  return true;
}

bool Server::send_answer(Connection& connection) {
  const ssize_t put = send(connection.socket.get(), connection.output.data() + connection.sent,
                           connection.output.size() - connection.sent, MSG_NOSIGNAL);
  if (put < 0) return errno == EAGAIN || errno == EINTR;
  connection.sent += static_cast<std::size_t>(put);
  return connection.sent < connection.output.size();
}

}  // namespace command_center::daemon::admin
