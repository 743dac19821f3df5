// Each socket is registered once and taken out before it is closed: another descriptor of the same
// connection would keep its registration alive.
#include "api/http/writer.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace command_center::api::http {
namespace {

constexpr int kLookEveryMs = 500;
// Where there is too much.
constexpr std::chrono::seconds kTakesLong{1};

}  // namespace

Progress send_now(int socket, const std::string& text, std::size_t& sent) noexcept {
  while (sent < text.size()) {
    const ssize_t put = send(socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? Progress::kWaits : Progress::kFailed;
    sent += static_cast<std::size_t>(put);
  }
  return Progress::kAllSent;
}

Writer::Writer(std::size_t most_bytes)
    : most_bytes_(most_bytes),
      poller_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_.get();
  if (poller_.get() < 0 || wake_.get() < 0 ||
      epoll_ctl(poller_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0)
    throw std::system_error(errno, std::generic_category(), "could not create the writer of answers");
  thread_ = std::thread([this] { run(); });
}

Writer::~Writer() {
  stop();
}

void Writer::stop() {
  if (stopped_.exchange(true)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_.get(), &one, sizeof(one));
  thread_.join();
}

bool Writer::take(Rest&& rest) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::size_t size = rest.text.size();
  if (stopped_ || bytes_ + size > 2 * most_bytes_) return false;
  const int socket = rest.socket.get();
  rest.since = runtime::Clock::now();
  const auto [place, is_new] = rests_.try_emplace(socket, std::move(rest));
  if (!is_new) return false;
  epoll_event event{};
  event.events = EPOLLOUT;
  event.data.fd = socket;
  if (epoll_ctl(poller_.get(), EPOLL_CTL_ADD, socket, &event) != 0) {
    rest = std::move(place->second);
    rests_.erase(place);
    return false;
  }
  bytes_ += size;
  return true;
}

void Writer::run() {
  constexpr std::size_t kMostEvents = 256;
  auto next_look = runtime::Clock::now();
  while (!stopped_) {
    std::array<epoll_event, kMostEvents> events{};
    const int count = epoll_wait(poller_.get(), events.data(), static_cast<int>(events.size()), kLookEveryMs);
    for (int each = 0; each < count; ++each) {
      const int socket = events.at(static_cast<std::size_t>(each)).data.fd;
      if (socket != wake_.get()) serve(socket);
    }
    if (runtime::Clock::now() < next_look) continue;
    next_look = runtime::Clock::now() + std::chrono::milliseconds(kLookEveryMs);
    give_up_late_ones();
  }
  std::vector<int> all;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& [socket, rest] : rests_) all.push_back(socket);
  }
  for (const int socket : all) end(socket, true);
}

// The sender is called without the lock: it has one of its own, under which it takes this one.
void Writer::serve(int socket) {
  Rest* rest = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = rests_.find(socket);
    if (found == rests_.end()) return;
    rest = &found->second;  // stays where it is: only this thread removes
  }
  const Progress progress = rest->sender->go_on(socket, rest->text, rest->sent);
  if (progress != Progress::kWaits) end(socket, false);
}

void Writer::end(int socket, bool gives_up) {
  Rest rest;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = rests_.find(socket);
    if (found == rests_.end()) return;
    epoll_ctl(poller_.get(), EPOLL_CTL_DEL, socket, nullptr);
    bytes_ -= found->second.text.size();
    rest = std::move(found->second);
    rests_.erase(found);
  }
  if (gives_up) rest.sender->give_up(socket);
}

void Writer::give_up_late_ones() {
  std::vector<int> late;
  {
    const auto now = runtime::Clock::now();
    const std::lock_guard<std::mutex> lock(mutex_);
    std::size_t kept = bytes_;
    std::vector<std::pair<runtime::Clock::time_point, int>> old;
    for (const auto& [socket, rest] : rests_) {
      if (rest.deadline < now) {
        late.push_back(socket);
        kept -= rest.text.size();
      } else if (rest.since + kTakesLong < now) {
        old.emplace_back(rest.since, socket);
      }
    }
    std::sort(old.begin(), old.end());
    for (const auto& [since, socket] : old) {
      if (kept <= most_bytes_) break;
      const Rest& rest = rests_.at(socket);
      late.push_back(socket);
      kept -= rest.text.size();
    }
  }
  for (const int socket : late) end(socket, true);
}

}  // namespace command_center::api::http
