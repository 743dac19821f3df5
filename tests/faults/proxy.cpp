// One thread and poll(): a byte is read when its connection holds little, and written when it is due.
#include "tests/faults/proxy.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace command_center::faults {
namespace {

constexpr std::size_t kMostWaiting = 1 << 20;
constexpr std::size_t kReadAtOnce = 16 * 1024;
constexpr int kLookEveryMs = 5;
constexpr int kIdleMs = 1000;

void make_quick(int socket_fd) {
  const int on = 1;
  setsockopt(socket_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  fcntl(socket_fd, F_SETFL, fcntl(socket_fd, F_GETFL) | O_NONBLOCK);
}

// Without the polite end of a connection: the peer sees a reset.
void close_rudely(int socket_fd) {
  const linger now{1, 0};
  setsockopt(socket_fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  close(socket_fd);
}

}  // namespace

Proxy::Proxy(int port, std::function<int()> upstream_port)
    : upstream_port_(std::move(upstream_port)),
      listener_(port),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  fcntl(listener_.fd(), F_SETFL, fcntl(listener_.fd(), F_GETFL) | O_NONBLOCK);
  thread_ = std::thread([this] { run(); });
}

Proxy::~Proxy() {
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    stop_ordered_ = true;
  }
  eventfd_write(wake_, 1);
  thread_.join();
  for (Connection& connection : connections_) reset(connection);
  close(wake_);
}

void Proxy::set(Forecast forecast) {
  order(forecast, false);
}

void Proxy::cut() {
  Forecast same;
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    same = ordered_;
  }
  order(same, true);
}

void Proxy::order(Forecast forecast, bool cuts) {
  std::unique_lock<std::mutex> guard(mutex_);
  ordered_ = forecast;
  cut_ordered_ = cut_ordered_ || cuts;
  const int mine = ++orders_;
  eventfd_write(wake_, 1);
  obeyed_.wait(guard, [&] { return obeyed_orders_ >= mine; });
}

void Proxy::run() {
  while (true) {
    {
      const std::lock_guard<std::mutex> guard(mutex_);
      if (stop_ordered_) return;
    }
    take_orders();
    std::vector<pollfd> files{{wake_, POLLIN, 0}, {listener_.fd(), POLLIN, 0}};
    bool waits_for_time = false;
    for (const Connection& connection : connections_) {
      for (const Direction* direction : {&connection.up, &connection.down}) {
        files.push_back({direction->from, static_cast<short>(wants_to_read(*direction) ? POLLIN : 0), 0});
        files.push_back({direction->to, static_cast<short>(may_write(*direction) ? POLLOUT : 0), 0});
        waits_for_time = waits_for_time || !direction->chunks.empty();
      }
    }
    poll(files.data(), files.size(), waits_for_time ? kLookEveryMs : kIdleMs);
    std::size_t file = 2;
    for (Connection& connection : connections_) {
      for (Direction* direction : {&connection.up, &connection.down}) {
        constexpr int kReadable = POLLIN | POLLHUP | POLLERR;
        const int readable = files[file++].revents;
        const int writable = files[file++].revents;
        if ((readable & kReadable) != 0 && wants_to_read(*direction)) read(connection, *direction);
        if ((writable & (POLLOUT | POLLERR)) != 0 && may_write(*direction)) write(connection, *direction);
      }
    }
    if ((files[1].revents & POLLIN) != 0) accept_one();
    bury();
  }
}

void Proxy::take_orders() {
  eventfd_t ignored = 0;
  eventfd_read(wake_, &ignored);
  const std::lock_guard<std::mutex> guard(mutex_);
  const bool cuts = std::exchange(cut_ordered_, false) || ordered_.weather == Weather::kCut;
  const bool is_half_open = ordered_.weather == Weather::kHalfOpen;
  for (Connection& connection : connections_) {
    if (cuts || (connection.swallowed && !is_half_open)) {
      reset(connection);
    } else if (is_half_open) {
      connection.swallowed = true;
    }
  }
  current_ = ordered_;
  obeyed_orders_ = orders_;
  obeyed_.notify_all();
  bury();
}

void Proxy::accept_one() {
  const int client = listener_.accept_one().release();
  if (client < 0) return;
  loopback::Descriptor upstream = loopback::open_socket();
  if (current_.weather == Weather::kCut || !loopback::connect_to(upstream_port_(), upstream)) {
    close_rudely(client);
    return;
  }
  const int server = upstream.release();
  make_quick(client);
  make_quick(server);
  connections_.push_back({{client, server}, {server, client}, current_.weather == Weather::kHalfOpen});
}

bool Proxy::wants_to_read(const Direction& direction) const {
  return !direction.ended && direction.waiting < kMostWaiting && current_.weather != Weather::kStall;
}

bool Proxy::may_write(const Direction& direction) const {
  if (current_.weather == Weather::kStall || current_.weather == Weather::kHalfOpen) return false;
  if (direction.chunks.empty()) return direction.ended && !direction.told;
  return direction.chunks.front().due <= Clock::now();
}

void Proxy::read(Connection& connection, Direction& direction) {
  std::array<char, kReadAtOnce> buffer;
  const ssize_t got = recv(direction.from, buffer.data(), buffer.size(), 0);
  if (got < 0 && errno != EAGAIN && errno != EINTR) reset(connection);
  if (got < 0) return;
  if (current_.weather == Weather::kHalfOpen) {
    // Also that the other end has gone: nobody hears of it.
    direction.ended = got == 0;
    return;
  }
  if (got == 0) {
    direction.ended = true;
    return;
  }
  auto due = Clock::now();
  if (current_.weather == Weather::kDelay) due += std::chrono::milliseconds(current_.amount);
  if (current_.weather == Weather::kThrottle) {
    direction.free_at =
        std::max(direction.free_at, due) + std::chrono::microseconds(got * 1'000'000 / current_.amount);
    due = direction.free_at;
  }
  // What was delayed before is not overtaken.
  if (!direction.chunks.empty()) due = std::max(due, direction.chunks.back().due);
  direction.chunks.push_back({due, {buffer.begin(), buffer.begin() + got}});
  direction.waiting += static_cast<std::size_t>(got);
}

void Proxy::write(Connection& connection, Direction& direction) {
  if (direction.chunks.empty()) {
    shutdown(direction.to, SHUT_WR);
    direction.told = true;
    connection.dead = connection.up.told && connection.down.told;
    return;
  }
  Chunk& chunk = direction.chunks.front();
  const ssize_t sent =
      send(direction.to, chunk.bytes.data() + chunk.sent, chunk.bytes.size() - chunk.sent, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) reset(connection);
  if (sent <= 0) return;
  chunk.sent += static_cast<std::size_t>(sent);
  direction.waiting -= static_cast<std::size_t>(sent);
  if (chunk.sent == chunk.bytes.size()) direction.chunks.pop_front();
}

void Proxy::reset(Connection& connection) {
  if (connection.up.from < 0) return;
  close_rudely(connection.up.from);
  close_rudely(connection.up.to);
  connection.up = {};
  connection.down = {};
  connection.up.ended = connection.up.told = connection.down.ended = connection.down.told = true;
  connection.dead = true;
}

void Proxy::bury() {
  connections_.remove_if([](const Connection& connection) {
    if (!connection.dead) return false;
    if (connection.up.from >= 0) {
      close(connection.up.from);
      close(connection.up.to);
    }
    return true;
  });
}

}  // namespace command_center::faults
