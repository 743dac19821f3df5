// A connection that the library has closed is known by its number, which is free or another file's.
#include "api/grpc/acceptor.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>

#include "daemon/admin/listener.hpp"

namespace command_center::api::grpc {
namespace {

using runtime::Clock;

constexpr int kBacklog = 4096;
constexpr std::chrono::milliseconds kLookEvery{50};
constexpr int kPauseMs = 100;  // where there is no descriptor to accept with

[[nodiscard]] ino_t inode_of(int file) {
  struct stat state {};
  return fstat(file, &state) == 0 && S_ISSOCK(state.st_mode) ? state.st_ino : 0;
}

}  // namespace

Acceptor::Acceptor(const std::string& address, std::uint16_t port, std::size_t most)
    : most_(most),
      listeners_(admin::listen_on_all(address, port, kBacklog)),
      port_(admin::port_of(listeners_.front())),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Acceptor::~Acceptor() {
  stop();
}

void Acceptor::start(Library library) {
  library_ = std::move(library);
  thread_ = std::thread([this] { run(); });
}

void Acceptor::stop() noexcept {
  if (thread_.joinable()) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_.get(), &one, sizeof(one));
    thread_.join();
  }
  listeners_.clear();
}

void Acceptor::run() {
  std::vector<pollfd> files{{wake_.get(), POLLIN, 0}};
  for (const admin::Descriptor& listener : listeners_) files.push_back({listener.get(), POLLIN, 0});
  while (true) {
    poll(files.data(), files.size(), -1);
    if (files[0].revents != 0) return;
    for (std::size_t each = 1; each < files.size(); ++each) {
      if (files[each].revents != 0) take_one(files[each].fd);
    }
  }
}

void Acceptor::take_one(int listener) {
  admin::Descriptor client(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (client.get() < 0) {
    if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return;
    pollfd wake{wake_.get(), POLLIN, 0};
    poll(&wake, 1, kPauseMs);
    return;
  }
  try {
    // Its number was another's, who is gone.
    taken_.erase(client.get());
    if (!has_room()) return;
    taken_.emplace(client.get(), inode_of(client.get()));
    const int on = 1;
    setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    ::grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
    connection.fd = client.release();
    connection.listener_fd = listener;
    library_->HandleNewConnection(&connection);
  } catch (const std::exception&) {
    // This one is closed, and the next may find memory.
  }
}

bool Acceptor::has_room() {
  if (taken_.size() < most_) return true;
  if (Clock::now() < next_look_) return false;
  next_look_ = Clock::now() + kLookEvery;
  for (auto each = taken_.begin(); each != taken_.end();)
    each = inode_of(each->first) == each->second ? std::next(each) : taken_.erase(each);
  return taken_.size() < most_;
}

}  // namespace command_center::api::grpc
