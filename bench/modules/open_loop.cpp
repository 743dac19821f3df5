// Sends one HTTP request again and again, at moments that are spread evenly and that no answer moves, and
// prints how long each answer took from the moment its request was due: one that had to wait for a connection
// has waited. Standard input is the request as it goes over the wire.
//
//   open_loop PORT RATE SECONDS CONNECTIONS
//
// The first fifth of the time warms up and is not printed. A line is microseconds. Fails when an answer is no
// 2xx.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Moment = Clock::time_point;

struct Connection {
  int socket = -1;
  Moment due;  // of the request that is under way
  std::string answer;
};

[[noreturn]] void fail(const std::string& why) {
  std::cerr << "open_loop: " << why << '\n';
  std::exit(1);
}

int open_connection(int port) {
  const int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  if (socket_fd < 0 || connect(socket_fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      setsockopt(socket_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0)
    fail("could not connect");
  return socket_fd;
}

bool is_whole(const std::string& answer) {
  const std::string label = "\r\nContent-Length: ";
  const std::size_t body = answer.find("\r\n\r\n");
  if (body == std::string::npos) return false;
  const std::size_t length = answer.find(label);
  if (length == std::string::npos || length > body) fail("an answer has no length");
  return answer.size() - (body + 4) >= std::stoul(answer.substr(length + label.size()));
}

class Load {
 public:
  Load(int port, double rate, double seconds, int connections, std::string request)
      : request_(std::move(request)),
        poller_(epoll_create1(0)),
        pause_(std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / rate))),
        count_(static_cast<std::size_t>(rate * seconds)),
        warm_(count_ / 5) {
    connections_.resize(static_cast<std::size_t>(connections));
    for (Connection& connection : connections_) {
      connection.socket = open_connection(port);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &connection;
      epoll_ctl(poller_, EPOLL_CTL_ADD, connection.socket, &event);
      idle_.push_back(&connection);
    }
    took_.reserve(count_);
  }

  void run() {
    const Moment begin = Clock::now();
    measured_from_ = begin + pause_ * static_cast<std::int64_t>(warm_);
    std::size_t asked = 0;
    while (answered_ < count_) {
      const Moment now = Clock::now();
      while (asked < count_ && begin + pause_ * static_cast<std::int64_t>(asked) <= now)
        due_.push_back(begin + pause_ * static_cast<std::int64_t>(asked++));
      while (!due_.empty() && !idle_.empty()) send_next();
      await(asked < count_ ? begin + pause_ * static_cast<std::int64_t>(asked)
                           : now + std::chrono::seconds(10));
    }
  }

  [[nodiscard]] const std::vector<double>& took() const { return took_; }

 private:
  void send_next() {
    Connection& connection = *idle_.front();
    idle_.pop_front();
    connection.due = due_.front();
    due_.pop_front();
    connection.answer.clear();
    if (send(connection.socket, request_.data(), request_.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request_.size()))
      fail("could not send");
  }

  void await(Moment until) {
    const auto left = std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(until - Clock::now()));
    timespec time{};
    time.tv_sec = left.count() / 1'000'000'000;
    time.tv_nsec = left.count() % 1'000'000'000;
    epoll_event events[64];
    const int ready = epoll_pwait2(poller_, events, 64, &time, nullptr);
    if (ready == 0 && left >= std::chrono::seconds(9)) fail("no answer for ten seconds");
    for (int each = 0; each < ready; ++each) read(*static_cast<Connection*>(events[each].data.ptr));
  }

  void read(Connection& connection) {
    char buffer[4096];
    const ssize_t got = recv(connection.socket, buffer, sizeof(buffer), 0);
    if (got <= 0) fail("a connection broke");
    connection.answer.append(buffer, static_cast<std::size_t>(got));
    if (!is_whole(connection.answer)) return;
    if (connection.answer.compare(0, 10, "HTTP/1.1 2") != 0) fail("refused: " + connection.answer);
    if (connection.due >= measured_from_)
      took_.push_back(std::chrono::duration<double, std::micro>(Clock::now() - connection.due).count());
    ++answered_;
    idle_.push_back(&connection);
  }

  const std::string request_;
  const int poller_;
  const Clock::duration pause_;
  const std::size_t count_;
  const std::size_t warm_;
  Moment measured_from_;
  std::size_t answered_ = 0;
  std::vector<Connection> connections_;
  std::deque<Connection*> idle_;
  std::deque<Moment> due_;  // of requests that wait for a connection
  std::vector<double> took_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) fail("open_loop PORT RATE SECONDS CONNECTIONS");
  prctl(PR_SET_TIMERSLACK, 1);
  std::string request((std::istreambuf_iterator<char>(std::cin)), std::istreambuf_iterator<char>());
  Load load(std::atoi(argv[1]), std::atof(argv[2]), std::atof(argv[3]), std::atoi(argv[4]),
            std::move(request));
  load.run();
  for (const double microseconds : load.took()) std::printf("%.0f\n", microseconds);
  return 0;
}
