// Of pistache only the layer that accepts and reads is used. Its HTTP layer answers by descriptor number, so
// that a stranger who was given the number meanwhile gets the answer, and has answers of its own (404, 408,
// parse errors with an exception's text); none of that can happen where it is not.
#include "api/http/server.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pistache/listener.h>
#include <pistache/peer.h>
#include <pistache/tcp.h>
#include <pistache/transport.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <list>
#include <unordered_map>
#include <utility>
#include <vector>

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"

namespace command_center::api::http {
namespace {

using runtime::Clock;

constexpr int kBacklog = 4096;
constexpr long kLookEveryNs = 250'000'000;
// For files, the admin port with its clients, gRPC, and clients that are being told that there is no room.
constexpr int kSpareFiles = 96;
constexpr int kFewestConnections = 8;  // of each thread

std::string peer_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  const void* bytes =
      address.ss_family == AF_INET6
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr)
          : static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(&address)->sin_addr);
  if (inet_ntop(address.ss_family, bytes, text.data(), text.size()) == nullptr) return {};
  constexpr std::string_view kMapped = "::ffff:";
  const std::string_view plain = text.data();
  const bool is_mapped =
      plain.substr(0, kMapped.size()) == kMapped && plain.find('.') != std::string_view::npos;
  return std::string(is_mapped ? plain.substr(kMapped.size()) : plain);
}

// The connections of one thread; every call comes on it.
class Worker final : public Pistache::Tcp::Handler {
 public:
  Worker(std::shared_ptr<House> house, int most_connections)
      : house_(std::move(house)), most_connections_(most_connections) {}

  std::shared_ptr<Pistache::Tcp::Handler> clone() const override {
    return std::make_shared<Worker>(house_, most_connections_);
  }

  // pistache lets an exception end the process.
  void onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) noexcept override {
    try {
      if (!has_room()) forget_answered();
      if (!has_room() && !make_room()) {
        shutdown(peer->fd(), SHUT_RDWR);
        return;
      }
      Connections one;
      one.push_back(std::make_shared<Connection>(house_, peer->fd(), peer_of(peer->fd())));
      connections_[peer->fd()] = one.begin();
      open_.splice(open_.end(), one);
    } catch (const std::exception&) {
      shutdown(peer->fd(), SHUT_RDWR);
    }
  }

  void onInput(const char* buffer, std::size_t size,
               const std::shared_ptr<Pistache::Tcp::Peer>& peer) noexcept override {
    const auto found = connections_.find(peer->fd());
    if (found == connections_.end()) return;
    const std::shared_ptr<Connection> connection = *found->second;
    connection->read({buffer, size});
  }

  void onDisconnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) noexcept override {
    const auto found = connections_.find(peer->fd());
    if (found == connections_.end()) return;
    const auto place = found->second;
    connections_.erase(found);
    (*place)->let_go();
    if ((*place)->is_busy()) {
      ended_.splice(ended_.end(), open_, place);
    } else {
      open_.erase(place);
    }
  }

  void look() noexcept {
    const auto now = Clock::now();
    for (const auto& connection : open_) connection->look(now);
    for (const auto& connection : ended_) connection->look(now);
    forget_answered();
  }

 private:
  using Connections = std::list<std::shared_ptr<Connection>>;

  // Whoever has ended takes a place until the answer is there: or each request could have another connection.
  [[nodiscard]] bool has_room() const noexcept {
    return open_.size() + ended_.size() < static_cast<std::size_t>(most_connections_);
  }

  void forget_answered() noexcept {
    ended_.remove_if([](const auto& connection) { return !connection->is_busy(); });
  }

  // Some at once, so that a flood of connections does not search for each of them. False when all of them
  // wait for answers.
  [[nodiscard]] bool make_room() {
    constexpr std::size_t kShare = 64;
    std::vector<std::pair<Clock::time_point, Connection*>> waiting;
    waiting.reserve(open_.size());
    std::size_t busy = 0;
    for (const auto& connection : open_) {
      if (const auto since = connection->waits_since()) {
        waiting.emplace_back(*since, connection.get());
      } else if (connection->is_busy()) {
        ++busy;
      }
    }
    // The others are about to go.
    if (waiting.empty()) return busy < open_.size();
    const std::size_t count = 1 + waiting.size() / kShare;
    std::nth_element(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count - 1),
                     waiting.end());
    for (std::size_t each = 0; each < count; ++each) waiting[each].second->make_room();
    return true;
  }

  std::shared_ptr<House> house_;
  int most_connections_;
  Connections open_;
  Connections ended_;  // by their clients, who may still wait for an answer
  std::unordered_map<int, Connections::iterator> connections_;  // those that are open, by descriptor
};

// One thread's reading, with a clock.
class Reading final : public Pistache::Tcp::Transport {
 public:
  explicit Reading(const std::shared_ptr<Worker>& worker) : Transport(worker), worker_(worker) {}

  std::shared_ptr<Pistache::Aio::Handler> clone() const override {
    return std::make_shared<Reading>(std::static_pointer_cast<Worker>(worker_->clone()));
  }

  void registerPoller(Pistache::Polling::Epoll& poller) override {
    Transport::registerPoller(poller);
    timer_ = admin::Descriptor(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    const itimerspec every{{0, kLookEveryNs}, {0, kLookEveryNs}};
    if (timer_.get() < 0 || timerfd_settime(timer_.get(), 0, &every, nullptr) != 0)
      throw Failure(FailureKind::kInternal, kConnectionFailure, "could not create a timer",
                    std::strerror(errno));
    poller.addFd(timer_.get(),
                 Pistache::Flags<Pistache::Polling::NotifyOn>(Pistache::Polling::NotifyOn::Read),
                 Pistache::Polling::Tag(static_cast<std::uint64_t>(timer_.get())));
  }

  void onReady(const Pistache::Aio::FdSet& ready) override {
    for (std::size_t each = 0; each < ready.size(); ++each) {
      if (!(ready.at(each).getTag() == Pistache::Polling::Tag(static_cast<std::uint64_t>(timer_.get()))))
        continue;
      std::uint64_t ticks = 0;
      [[maybe_unused]] const ssize_t got = ::read(timer_.get(), &ticks, sizeof(ticks));
      worker_->look();
    }
    Transport::onReady(ready);
  }

 private:
  std::shared_ptr<Worker> worker_;
  admin::Descriptor timer_;
};

[[noreturn]] void refuse_address(const settings::Http& http, const std::string& why) {
  throw Failure(FailureKind::kRefused, kConnectionFailure,
                "could not listen on \"" + http.address + "\", port " + std::to_string(http.port), why);
}

// The address as pistache reads it: a number, in brackets for IPv6.
std::string numeric(const settings::Http& http) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(http.address.c_str(), nullptr, &hints, &found);
  if (error != 0) refuse_address(http, gai_strerror(error));
  std::array<char, NI_MAXHOST> text{};
  const int named =
      getnameinfo(found->ai_addr, found->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  const bool is_six = found->ai_family == AF_INET6;
  freeaddrinfo(found);
  if (named != 0) refuse_address(http, gai_strerror(named));
  return is_six ? "[" + std::string(text.data()) + "]" : std::string(text.data());
}

// As many as there are descriptors for: pistache spins when there is none left to accept with. A connection
// has one, and a second while a request of its is unanswered.
int possible_connections(const settings::Http& http) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return http.most_connections;
  if (files.rlim_cur < files.rlim_max) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    getrlimit(RLIMIT_NOFILE, &files);
  }
  constexpr rlim_t kEnough = rlim_t{1} << 30;
  const auto all = static_cast<std::int64_t>(std::min(files.rlim_cur, kEnough));
  const std::int64_t free = all - kSpareFiles - http.other_files;
  // Never more requests than connections, and never more than the queues take.
  const std::int64_t possible = std::max(free - http.most_unanswered, free / 2);
  if (possible < kFewestConnections * http.threads) {
    throw Failure(
        FailureKind::kRefused, kConnectionFailure,
        "the limit of open files is too low: " + std::to_string(all), {},
        "At least " + std::to_string(kSpareFiles + http.other_files + 2 * kFewestConnections * http.threads) +
            " are needed; raise it (LimitNOFILE of the unit, ulimit -n), or lower --database-connections.");
  }
  if (possible < http.most_connections)
    logging::warning("the limit of open files allows fewer connections than asked for",
                     {{"connections", possible}, {"wanted", http.most_connections}, {"open_files", all}});
  return static_cast<int>(std::min<std::int64_t>(possible, http.most_connections));
}

// Signals are the main thread's.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

class Server::Listening {
 public:
  Listening(const settings::Http& http, const std::shared_ptr<House>& house)
      : listener_(Pistache::Address(numeric(http), Pistache::Port(http.port))) {
    using Pistache::Tcp::Options;
    listener_.init(static_cast<std::size_t>(http.threads),
                   Pistache::Flags<Options>(Options::ReuseAddr) | Options::NoDelay | Options::CloseOnExec,
                   "http", kBacklog);
    const auto worker = std::make_shared<Worker>(house, possible_connections(http) / http.threads);
    listener_.setHandler(worker);
    listener_.setTransportFactory([worker] { return std::make_shared<Reading>(worker); });
    try {
      listener_.bind();
    } catch (const std::exception& problem) {
      refuse_address(http, problem.what());
    }
    listener_.runThreaded();
  }

  [[nodiscard]] std::uint16_t port() const { return listener_.getPort(); }

 private:
  Pistache::Tcp::Listener listener_;
};

Server::Server(const settings::Http& http, Handler handler, Refuse refuse, prometheus::Registry& registry) {
  const SignalsBlocked blocked;
  house_ = std::make_shared<House>(http, std::move(handler), std::move(refuse), registry);
  listening_ = std::make_unique<Listening>(http, house_);
  port_ = listening_->port();
}

Server::~Server() {
  listening_.reset();
  house_->writer.stop();
}

}  // namespace command_center::api::http
