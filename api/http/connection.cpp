// The last byte of an answer is sent, and the connection made ready for the next request, under one lock: a
// client can only have seen that byte, and so ask again, after it.
#include "api/http/connection.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <exception>
#include <utility>

#include "daemon/logging/log.hpp"

namespace command_center::api::http {
namespace {

using runtime::Clock;

constexpr int kTimeout = 408;
constexpr int kInternal = 500;
constexpr int kUnavailable = 503;
constexpr std::chrono::seconds kLinger{2};
// How long a client that has ended its side waits before it is asked whether it still reads.
constexpr std::chrono::seconds kProbeAfter{1};
// Enough for a client that sends all of a body before it reads why that is refused.
constexpr std::size_t kMostDiscarded = std::size_t{4} * 1024 * 1024;

// What each may bring however much the others hold, and how long more than a little may take then.
constexpr std::size_t kFairShare = std::size_t{64} * 1024;
constexpr std::size_t kLittle = std::size_t{4} * 1024;
constexpr std::chrono::seconds kTakesLong{1};
constexpr std::string_view kCrowded = "too many requests are under way; try again";

// The connection as its handler knows it.
class Address final : public Destination {
 public:
  explicit Address(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  void send(Response&& response) noexcept override { connection_->answer(std::move(response)); }
  [[nodiscard]] bool is_gone() const noexcept override { return connection_->is_gone(); }

 private:
  std::shared_ptr<Connection> connection_;
};

bool is_only_line_ends(std::string_view bytes) {
  return bytes.find_first_not_of("\r\n") == std::string_view::npos;
}

}  // namespace

Connection::Connection(std::shared_ptr<House> house, int socket, std::string peer)
    : house_(std::move(house)),
      peer_(std::move(peer)),
      socket_(socket),
      parser_(static_cast<std::size_t>(house_->limits.body_bytes)),
      since_(Clock::now()) {
  ++house_->connections;
  house_->metrics.add_connection();
}

Connection::~Connection() {
  --house_->connections;
  house_->metrics.remove_connection();
  house_->held_bytes -= held_;
}

void Connection::read(std::string_view bytes) noexcept {
  Lock lock(mutex_);
  try {
    if (phase_ != Phase::kReading) return discard(bytes);
    const Stage before = parser_.stage();
    const std::size_t taken = parser_.feed(bytes);
    note_stage(before);
    set_held(parser_.held_bytes());
    if (parser_.stage() == Stage::kRefused) return refuse(lock, parser_.refusal());
    if (finds_no_room()) return refuse(lock, {kUnavailable, kCrowded});
    if (parser_.stage() == Stage::kWhole) return hand_over(lock, bytes.substr(taken));
    if (parser_.asks_to_continue()) {
      const std::string go_ahead = render({100, {}, {}, {}}, Body::kLeftOut, Persistence::kKeptAlive);
      std::size_t sent = 0;
      if (send_now(socket_, go_ahead, sent) != Progress::kAllSent) break_off(socket_, Manner::kReset);
    }
  } catch (const std::exception&) {
    if (!lock.owns_lock()) lock.lock();
    break_off(socket_, Manner::kReset);
  }
}

bool Connection::finds_no_room() const {
  const std::size_t all = house_->held_bytes;
  const std::size_t most = house_->limits.most_held_bytes;
  return all > most && (held_ > kFairShare || all > 2 * most);
}

void Connection::note_stage(Stage before) {
  if (parser_.stage() != before) since_ = Clock::now();
}

// What comes behind a request that is not answered yet ends the connection after that answer.
void Connection::discard(std::string_view bytes) {
  if (phase_ == Phase::kClosed || is_only_line_ends(bytes)) return;
  keeps_alive_ = false;
  discarded_ += bytes.size();
  // The thread has other clients to read from.
  if (discarded_ > kMostDiscarded) break_off(socket_, Manner::kReset);
}

void Connection::hand_over(Lock& lock, std::string_view behind) {
  Received received = parser_.take();
  Request& request = received.request;
  request.peer = peer_;
  body_ = request.method == "HEAD" ? Body::kLeftOut : Body::kSent;
  may_probe_ = received.takes_interim;
  if (!begin_answering(received.keeps_alive)) return;
  discard(behind);
  if (phase_ != Phase::kAnswering) return;
  if (house_->is_draining)
    return answer_locked(house_->refuse(kUnavailable, "the server is stopping", request.path));
  Reply reply(std::make_unique<Address>(shared_from_this()));
  lock.unlock();
  try {
    house_->handler(std::move(request), std::move(reply));
  } catch (const std::exception& problem) {
    // The reply, if it is still ours, answers when it is destroyed.
    logging::error("a request failed", {{"message", problem.what()}});
  } catch (...) {
    logging::error("a request failed");
  }
}

void Connection::refuse(Lock& /*lock*/, const Refusal& refusal) {
  body_ = Body::kSent;
  if (begin_answering(false)) answer_locked(house_->refuse(refusal.status, refusal.detail, parser_.path()));
}

bool Connection::begin_answering(bool keeps_alive) {
  duplicate_ = admin::Descriptor(fcntl(socket_, F_DUPFD_CLOEXEC, 0));
  if (duplicate_.get() < 0) {
    // This is the thread that closes the library's descriptor: it names nobody else now.
    const std::string text =
        render(house_->refuse(kUnavailable, kCrowded, {}), Body::kSent, Persistence::kClosed);
    std::size_t sent = 0;
    static_cast<void>(send_now(socket_, text, sent));
    break_off(socket_, Manner::kEnded);
    return false;
  }
  phase_ = Phase::kAnswering;
  keeps_alive_ = keeps_alive;
  discarded_ = 0;
  since_ = Clock::now();
  ++house_->unanswered;
  house_->metrics.begin_request();
  return true;
}

void Connection::answer(Response&& response) noexcept {
  const Lock lock(mutex_);
  if (phase_ != Phase::kAnswering) return;
  try {
    answer_locked(std::move(response));
  } catch (const std::exception&) {
    break_off(duplicate_.get(), Manner::kReset);
  }
}

void Connection::answer_locked(Response&& response) {
  if (house_->is_draining) keeps_alive_ = false;
  house_->metrics.add_answer(response.status, Clock::now() - since_);
  std::string text = render(response, body_, keeps_alive_ ? Persistence::kKeptAlive : Persistence::kClosed);
  std::size_t sent = 0;
  const Progress progress = send_now(duplicate_.get(), text, sent);
  if (progress == Progress::kAllSent) return finish(duplicate_.get());
  if (progress == Progress::kFailed) return break_off(duplicate_.get(), Manner::kReset);
  phase_ = Phase::kWriting;
  Writer::Rest rest{std::move(duplicate_), std::move(text), sent, shared_from_this(),
                    Clock::now() + house_->limits.send_limit};
  const int socket = rest.socket.get();
  // What was not taken is still open.
  if (!house_->writer.take(std::move(rest))) break_off(socket, Manner::kReset);
}

Progress Connection::go_on(int socket, const std::string& text, std::size_t& sent) noexcept {
  const Lock lock(mutex_);
  if (phase_ != Phase::kWriting) return Progress::kFailed;
  const Progress progress = send_now(socket, text, sent);
  if (progress == Progress::kAllSent) finish(socket);
  if (progress == Progress::kFailed) break_off(socket, Manner::kReset);
  return progress;
}

void Connection::give_up(int socket) noexcept {
  const Lock lock(mutex_);
  if (phase_ == Phase::kWriting) break_off(socket, Manner::kReset);
}

// Closing at once would reset the connection if the client has sent more, and the answer would be lost.
void Connection::finish(int socket) {
  --house_->unanswered;
  house_->metrics.end_request();
  set_held(0);
  since_ = Clock::now();
  if (keeps_alive_) {
    phase_ = Phase::kReading;
  } else {
    shutdown(socket, SHUT_WR);
    phase_ = socket_ < 0 ? Phase::kClosed : Phase::kClosing;
    discarded_ = 0;
  }
  duplicate_ = admin::Descriptor();
}

void Connection::break_off(int socket, Manner manner) {
  if (phase_ == Phase::kAnswering || phase_ == Phase::kWriting) {
    --house_->unanswered;
    house_->metrics.end_request();
    house_->metrics.add_broken_off();
  }
  set_held(0);
  phase_ = Phase::kClosed;
  if (manner == Manner::kReset) {
    const linger now{1, 0};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  }
  shutdown(socket, SHUT_RDWR);
  duplicate_ = admin::Descriptor();
}

void Connection::set_held(std::size_t bytes) {
  house_->held_bytes += bytes - held_;
  held_ = bytes;
}

void Connection::look(Clock::time_point now) noexcept {
  Lock lock(mutex_);
  const auto& limits = house_->limits;
  const auto waited = now - since_;
  try {
    if (phase_ == Phase::kAnswering && socket_ < 0 && waited > kProbeAfter) return probe();
    if (phase_ == Phase::kClosing && waited > kLinger) return break_off(socket_, Manner::kEnded);
    if (phase_ != Phase::kReading) return;
    const Stage stage = parser_.stage();
    if (stage == Stage::kNothing && (house_->is_draining || waited > limits.idle_limit))
      return break_off(socket_, Manner::kEnded);
    if (stage == Stage::kHead && waited > limits.head_limit)
      return refuse(lock, {kTimeout, "the head of the request did not come in time"});
    if (stage == Stage::kBody && waited > limits.body_limit)
      return refuse(lock, {kTimeout, "the body of the request did not come in time"});
    // Before there is no room at all for what comes next.
    const bool is_crowded = house_->held_bytes > house_->limits.most_held_bytes / 4 * 3;
    if (is_crowded && held_ > kLittle && waited > kTakesLong) return refuse(lock, {kUnavailable, kCrowded});
  } catch (const std::exception&) {
    break_off(socket_, Manner::kReset);
  }
}

// The end of a client's side looks the same whether it waits for its answer or has gone. An interim answer,
// which every client of HTTP/1.1 passes over, is reset by one that has gone, and is_gone() then tells.
void Connection::probe() {
  if (!may_probe_) return;
  may_probe_ = false;
  const std::string interim = render({100, {}, {}, {}}, Body::kLeftOut, Persistence::kKeptAlive);
  std::size_t sent = 0;
  const bool is_cut = send_now(duplicate_.get(), interim, sent) != Progress::kAllSent;
  if (is_cut && sent > 0) break_off(duplicate_.get(), Manner::kReset);
}

void Connection::let_go() noexcept {
  const Lock lock(mutex_);
  socket_ = -1;
  keeps_alive_ = false;
  if (phase_ != Phase::kReading && phase_ != Phase::kClosing) return;
  phase_ = Phase::kClosed;
  set_held(0);
}

std::optional<Clock::time_point> Connection::waits_since() noexcept {
  const Lock lock(mutex_);
  if (phase_ != Phase::kReading) return std::nullopt;
  return since_;
}

bool Connection::is_busy() noexcept {
  const Lock lock(mutex_);
  return phase_ == Phase::kAnswering || phase_ == Phase::kWriting;
}

void Connection::make_room() noexcept {
  const Lock lock(mutex_);
  if (phase_ == Phase::kReading) break_off(socket_, Manner::kEnded);
}

// A client that has only ended its own side still reads.
bool Connection::is_gone() noexcept {
  const Lock lock(mutex_);
  if (phase_ != Phase::kAnswering) return true;
  if (socket_ >= 0) return false;
  pollfd state{duplicate_.get(), 0, 0};
  return poll(&state, 1, 0) > 0 && (state.revents & (POLLERR | POLLHUP)) != 0;
}

}  // namespace command_center::api::http
