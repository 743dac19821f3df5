// One thread over non-blocking sockets: nobody can hold up the next one, and nobody's answer can reach
// another.
#include "daemon/admin/server.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "daemon/admin/listener.hpp"
#include "daemon/failure.hpp"

namespace command_center::daemon::admin {
namespace {

using runtime::Clock;

constexpr std::size_t kMostConnections = 32;
constexpr std::size_t kMostInput = 8192;
constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::milliseconds kLook{500};
constexpr int kHeadTooLarge = 431;
constexpr int kBadRequest = 400;

}  // namespace

Server::Server(const std::string& address, std::uint16_t port, Answer answer)
    : answer_(std::move(answer)),
      listener_(listen_on(address, port)),
      stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      port_(port_of(listener_)) {
  if (stop_.get() < 0)
    throw Failure(FailureKind::kRefused, kConnectionFailure, "could not make an eventfd",
                  std::strerror(errno));
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
