// Who is answered, by what, and what a bad client costs the others: a server in this process, and clients
// that write bytes.
#include "api/http/server.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/failure.hpp"
#include "tests/e2e/support/eventually.hpp"
#include "tests/support/loopback.hpp"

namespace command_center::api::http {
namespace {

using e2e::eventually;
using e2e::kPatience;

// A connection of a test's, by hand.
class Wire {
 public:
  explicit Wire(std::uint16_t port, int receive_buffer = 0) : socket_(loopback::open_socket()) {
    if (receive_buffer > 0)
      setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    connected_ = loopback::connect_to(port, socket_);
    const timeval patience{kPatience.count(), 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  }

  [[nodiscard]] bool is_connected() const { return connected_; }
  [[nodiscard]] int fd() const { return socket_.get(); }

  // False when the server has broken off.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t put = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (put <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }
  // One answer with its body; what came before the end where the server closes within it.
  std::string receive() {
    while (true) {
      const std::size_t head = input_.find("\r\n\r\n");
      if (head != std::string::npos) {
        const std::string label = "Content-Length: ";
        const std::size_t length = input_.find(label);
        const std::size_t size =
            head + 4 + (length < head ? std::stoul(input_.substr(length + label.size())) : 0);
        if (input_.size() >= size) {
          std::string answer = input_.substr(0, size);
          input_.erase(0, size);
          return answer;
        }
      }
      if (!read_more()) return std::exchange(input_, {});
    }
  }
  // Everything up to the end; "" when the connection is reset, too.
  std::string receive_all() {
    while (read_more()) {
    }
    return std::exchange(input_, {});
  }
  // True when the server has ended its side and nothing is left to read.
  bool is_ended() { return input_.empty() && !read_more() && input_.empty(); }
  void end() const { shutdown(socket_.get(), SHUT_WR); }
  // Resets the connection.
  void reset() {
    const linger now{1, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    socket_ = admin::Descriptor();
  }

 private:
  bool read_more() {
    std::array<char, 65536> buffer{};
    const ssize_t got = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    input_.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
  }

  admin::Descriptor socket_;
  bool connected_ = false;
  std::string input_;
};

int status_of(const std::string& answer) {
  return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3));
}

// A client that ends its side early may be asked whether it is there.
std::string without_interim(const std::string& answer) {
  return status_of(answer) == 100 ? answer.substr(answer.find("\r\n\r\n") + 4) : answer;
}

std::string body_of(const std::string& answer) {
  const std::size_t head = answer.find("\r\n\r\n");
  return head == std::string::npos ? std::string() : answer.substr(head + 4);
}

std::string get(const std::string& target, const std::string& headers = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}

// Answers /echo/… with the path at once, /thread/… on another thread, /large with eight megabytes, /throw
// with an exception, /forget never, and keeps /hold/… until the test says.
class Answers {
 public:
  void operator()(Request&& request, Reply&& reply) {
    ++count_;
    const std::string kind = request.segments.empty() ? std::string() : request.segments[0];
    if (kind == "throw") throw std::runtime_error("secret text");
    if (kind == "forget") return;
    if (kind == "hold") {
      const std::lock_guard<std::mutex> lock(mutex_);
      held_.emplace_back(request.path, std::move(reply));
      one_more_.notify_one();
      return;
    }
    if (kind == "large") return reply.send({200, std::string(8U << 20U, 'x'), "text/plain", {}});
    if (kind == "body") return reply.send({200, request.body, "text/plain", {}});
    reply.send({200, request.path, "text/plain", {}});
  }

  [[nodiscard]] int count() const { return count_; }
  [[nodiscard]] std::size_t held() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return held_.size();
  }
  // The oldest of those that are kept.
  std::optional<std::pair<std::string, Reply>> take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (held_.empty()) return std::nullopt;
    std::pair<std::string, Reply> first = std::move(held_.front());
    held_.pop_front();
    return first;
  }
  // The next one, waiting for it; nothing when none comes for a while.
  std::optional<std::pair<std::string, Reply>> wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!one_more_.wait_for(lock, std::chrono::milliseconds(20), [this] { return !held_.empty(); }))
      return std::nullopt;
    std::pair<std::string, Reply> first = std::move(held_.front());
    held_.pop_front();
    return first;
  }
  // Of the oldest that is kept.
  [[nodiscard]] bool is_gone() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return held_.front().second.is_gone();
  }
  void answer_one() {
    ASSERT_TRUE(eventually([&] { return held() > 0; }));
    auto first = take();
    first->second.send({200, first->first, "text/plain", {}});
  }

 private:
  std::atomic<int> count_{0};
  std::mutex mutex_;
  std::condition_variable one_more_;
  std::deque<std::pair<std::string, Reply>> held_;
};

class ServerTest : public testing::Test {
 protected:
  static settings::Http quick() {
    settings::Http http;
    http.port = 0;
    http.head_limit = std::chrono::seconds(1);
    http.body_limit = std::chrono::seconds(1);
    http.idle_limit = std::chrono::seconds(1);
    http.send_limit = std::chrono::seconds(1);
    return http;
  }
  static settings::Http patient() {
    settings::Http http;
    http.port = 0;
    return http;
  }
  void start(const settings::Http& http) {
    server_ = std::make_unique<Server>(
        http, [this](Request&& request, Reply&& reply) { answers_(std::move(request), std::move(reply)); },
        [](int status, std::string_view detail, std::string_view /*path*/) {
          return Response{status, std::string(detail), "text/plain", {}};
        },
        registry_);
  }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] std::string ask(const std::string& bytes) const {
    Wire wire(port());
    wire.send(bytes);
    return wire.receive();
  }

  // Of the series with this status, or of all.
  [[nodiscard]] double count(const std::string& name, const std::string& status = {}) const {
    double sum = 0;
    for (const prometheus::MetricFamily& family : registry_.Collect()) {
      if (family.name != name) continue;
      for (const prometheus::ClientMetric& metric : family.metric) {
        if (status.empty() || metric.label[0].value == status)
          sum += metric.counter.value + metric.gauge.value;
      }
    }
    return sum;
  }

  prometheus::Registry registry_;
  Answers answers_;
  std::unique_ptr<Server> server_;
};
using Front = ServerTest;

TEST_F(Front, AnswersRequestAfterRequestOnOneConnection) {
  start(patient());
  Wire wire(port());
  for (int each = 0; each < 100; ++each) {
    const std::string path = "/echo/" + std::to_string(each);
    wire.send(get(path));
    EXPECT_EQ(body_of(wire.receive()), path);
  }
  EXPECT_EQ(server_->connections(), 1);
  EXPECT_TRUE(eventually([&] { return server_->unanswered() == 0; }));
}

TEST_F(Front, AnswersABodyThatComesInPieces) {
  start(patient());
  Wire wire(port());
  const std::string body(100'000, 'b');
  wire.send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + body.substr(0, 10));
  wire.send(body.substr(10, 50'000));
  wire.send(body.substr(50'010));
  EXPECT_EQ(body_of(wire.receive()), body);
}

TEST_F(Front, AnswersWhatIsNoRequestAndCloses) {
  start(patient());
  for (const auto& [bytes, status] : std::vector<std::pair<std::string, int>>{
           {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400},
           {"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           {"hello\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", 413},
           {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n", 413},
           {"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505}}) {
    Wire wire(port());
    wire.send(bytes);
    const std::string answer = wire.receive();
    EXPECT_EQ(status_of(answer), status) << bytes;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(wire.is_ended()) << bytes;
  }
  EXPECT_EQ(answers_.count(), 0);
  EXPECT_EQ(count("command_center_api_answers_total", "413"), 2);
}

TEST_F(Front, TellsNothingOfAnException) {
  start(patient());
  for (const char* path : {"/throw", "/forget"}) {
    const std::string answer = ask(get(path));
    EXPECT_EQ(status_of(answer), 500);
    EXPECT_EQ(answer.find("secret"), std::string::npos);
  }
}

TEST_F(Front, GivesHeadNoBody) {
  start(patient());
  Wire wire(port());
  wire.send("HEAD /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string answer = wire.receive_all();
  EXPECT_NE(answer.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_EQ(body_of(answer), "");
}

TEST_F(Front, SendsTheGoAheadThatAClientWaitsFor) {
  start(patient());
  Wire wire(port());
  wire.send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(status_of(wire.receive()), 100);
  wire.send("ok");
  EXPECT_EQ(body_of(wire.receive()), "ok");
}

TEST_F(Front, AnswersAClientThatHasEndedItsSide) {
  start(patient());
  Wire wire(port());
  wire.send(get("/hold"));
  wire.end();
  ASSERT_TRUE(eventually([&] { return answers_.held() == 1; }));
  answers_.answer_one();
  EXPECT_EQ(body_of(without_interim(wire.receive_all())), "/hold");
}

TEST_F(Front, AsksAClientThatHasEndedItsSideWhetherItIsThere) {
  start(patient());
  Wire there(port());
  there.send(get("/hold/there"));
  ASSERT_TRUE(eventually([&] { return answers_.held() == 1; }));
  there.end();
  EXPECT_EQ(status_of(there.receive()), 100);
  EXPECT_FALSE(answers_.is_gone());
  answers_.answer_one();
  EXPECT_EQ(body_of(there.receive_all()), "/hold/there");
  {
    Wire gone(port());
    gone.send(get("/hold/gone"));
    ASSERT_TRUE(eventually([&] { return answers_.held() == 1; }));
  }
  EXPECT_TRUE(eventually([&] { return answers_.is_gone(); }));
  answers_.answer_one();
  // One of HTTP/1.0 knows no interim answers.
  Wire old(port());
  old.send("GET /hold/old HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return answers_.held() == 1; }));
  old.end();
  answers_.answer_one();
  EXPECT_EQ(status_of(old.receive_all()), 200);
}

TEST_F(Front, NeverSwapsTheAnswersOfOneConnection) {
  start(patient());
  for (int round = 0; round < 100; ++round) {
    Wire wire(port());
    wire.send(get("/hold/first"));
    ASSERT_TRUE(eventually([&] { return answers_.held() == 1; }));
    wire.send(get("/hold/second"));
    answers_.answer_one();
    EXPECT_EQ(body_of(wire.receive()), "/hold/first");
    // What came after the answer is a request like any other; what came before was not read, and its client
    // learns that.
    pollfd end{wire.fd(), POLLIN, 0};
    ASSERT_TRUE(eventually([&] { return answers_.held() == 1 || poll(&end, 1, 0) == 1; }));
    if (answers_.held() == 1) {
      answers_.answer_one();
      EXPECT_EQ(body_of(wire.receive()), "/hold/second");
    } else {
      EXPECT_TRUE(wire.is_ended());
    }
  }
}

TEST_F(Front, ClosesAfterTheAnswerWhenMoreCameBefore) {
  start(patient());
  Wire wire(port());
  wire.send(get("/echo/1") + get("/echo/2"));
  const std::string answer = wire.receive();
  EXPECT_EQ(body_of(answer), "/echo/1");
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(wire.is_ended());
}

TEST_F(Front, BreaksOffWhoFloodsBehindARequest) {
  start(patient());
  Wire wire(port());
  wire.send(get("/hold"));
  const std::string flood(1U << 20U, 'x');
  int sent = 0;
  while (sent < 64 && wire.send(flood)) ++sent;
  EXPECT_LT(sent, 64);
  auto held = answers_.take();
  ASSERT_TRUE(held);
  EXPECT_TRUE(eventually([&] { return held->second.is_gone(); }));
  held->second.send({200, "late", "text/plain", {}});
  EXPECT_TRUE(eventually([&] { return server_->unanswered() == 0; }));
}

TEST_F(Front, KnowsThatAClientIsGone) {
  start(patient());
  Wire wire(port());
  wire.send(get("/hold"));
  ASSERT_TRUE(eventually([&] { return answers_.held() == 1; }));
  auto held = answers_.take();
  EXPECT_FALSE(held->second.is_gone());
  wire.reset();
  EXPECT_TRUE(eventually([&] { return held->second.is_gone(); }));
}

TEST_F(Front, EndsClientsThatSendTooSlowly) {
  start(quick());
  Wire silent(port());
  Wire head(port());
  Wire body(port());
  Wire idle(port());
  head.send("GET / HTTP/1.1\r\nHo");
  body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
  idle.send(get("/echo"));
  EXPECT_EQ(body_of(idle.receive()), "/echo");
  EXPECT_EQ(silent.receive_all(), "");
  EXPECT_EQ(status_of(head.receive_all()), 408);
  EXPECT_EQ(status_of(body.receive_all()), 408);
  EXPECT_EQ(idle.receive_all(), "");
  EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

TEST_F(Front, EndsClientsThatDoNotReadAndServesTheOthers) {
  start(quick());
  std::vector<Wire> slow;
  for (int each = 0; each < 6; ++each) {
    slow.emplace_back(port(), 4096);
    slow.back().send(get("/large"));
  }
  ASSERT_TRUE(eventually([&] { return answers_.count() == 6; }));
  Wire other(port());
  for (int each = 0; each < 100; ++each) {
    other.send(get("/echo"));
    EXPECT_EQ(body_of(other.receive()), "/echo");
  }
  EXPECT_TRUE(eventually([&] { return server_->unanswered() == 0; }));
  EXPECT_EQ(count("command_center_api_broken_off_total"), 6);
  EXPECT_EQ(count("command_center_api_requests_under_way"), 0);
  for (Wire& wire : slow) EXPECT_LT(wire.receive_all().size(), 8U << 20U);
}

// Bytes that strangers have sent, or do not read, are memory of everybody's.
TEST_F(Front, LargeBodiesThatNeverEndCostNobodyElseTheirRequests) {
  settings::Http http = patient();
  http.body_limit = std::chrono::seconds(600);
  http.most_held_bytes = std::size_t{1} << 20;
  start(http);
  const std::string large(100'000, 'b');
  const auto post = [](std::size_t length) {
    return "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
  };
  std::deque<Wire> slow;
  const std::string small(400, 's');
  for (const std::size_t size : {100'000U, 3'000U, 150U}) {
    for (int each = 0; each < 30; ++each) {
      slow.emplace_back(port());
      slow.back().send(post(size + 1) + std::string(size, 'b'));
      // Whatever they hold by now.
      EXPECT_EQ(body_of(ask(post(small.size()) + small)), small);
    }
  }
  // And after a while a large one, too.
  EXPECT_TRUE(eventually([&] { return body_of(ask(post(large.size()) + large)) == large; }));
}

TEST_F(Front, LargeAnswersThatNobodyReadsCostNobodyElseTheirs) {
  settings::Http http = patient();
  http.send_limit = std::chrono::seconds(600);
  http.most_unread_bytes = std::size_t{12} << 20;
  start(http);
  std::deque<Wire> slow;
  for (int each = 0; each < 8; ++each) {
    slow.emplace_back(port(), 4096);
    slow.back().send(get("/large"));
  }
  ASSERT_TRUE(eventually([&] { return answers_.count() == 8; }));
  EXPECT_TRUE(eventually([&] {
    Wire reader(port(), 4096);
    reader.send(get("/large"));
    return body_of(reader.receive()).size() == 8U << 20U;
  }));
}

TEST_F(Front, SendsALargeAnswerToWhoReadsIt) {
  start(patient());
  Wire wire(port());
  for (int each = 0; each < 2; ++each) {
    wire.send(get("/large"));
    EXPECT_EQ(body_of(wire.receive()).size(), 8U << 20U);
  }
}

TEST_F(Front, RefusesWhileItDrainsAndEndsIdleConnections) {
  start(patient());
  Wire idle(port());
  Wire busy(port());
  idle.send(get("/echo"));
  EXPECT_EQ(body_of(idle.receive()), "/echo");
  busy.send(get("/hold"));
  ASSERT_TRUE(eventually([&] { return answers_.held() == 1; }));
  server_->drain();
  EXPECT_EQ(idle.receive_all(), "");
  EXPECT_EQ(status_of(ask(get("/echo"))), 503);
  EXPECT_TRUE(eventually([&] { return server_->unanswered() == 1; }));
  answers_.answer_one();
  const std::string answer = busy.receive();
  EXPECT_EQ(body_of(answer), "/hold");
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return server_->unanswered() == 0; }));
}

TEST_F(Front, MakesRoomForTheNextConnection) {
  settings::Http http = patient();
  http.most_connections = 16;
  start(http);
  Wire busy(port());
  busy.send(get("/hold"));
  ASSERT_TRUE(eventually([&] { return answers_.held() == 1; }));
  std::deque<Wire> idle;
  for (int each = 0; each < 100; ++each) {
    idle.emplace_back(port());
    // A head that never ends holds up nobody, either.
    if (each % 2 == 0) idle.back().send("GET / HT");
  }
  EXPECT_EQ(body_of(ask(get("/echo"))), "/echo");
  EXPECT_TRUE(eventually([&] { return server_->connections() <= 18; }));
  answers_.answer_one();
  EXPECT_EQ(body_of(busy.receive()), "/hold");
}

// Each connection could bring a request, and make room for the next one by ending.
TEST_F(Front, WhoHasEndedHasAPlaceUntilTheAnswer) {
  settings::Http http = patient();
  http.most_connections = 8;
  http.threads = 1;
  start(http);
  std::deque<Wire> ended;
  for (std::size_t each = 1; each <= 8; ++each) {
    ended.emplace_back(port());
    ended.back().send(get("/hold"));
    ASSERT_TRUE(eventually([&] { return answers_.held() == each; }));
    ended.back().end();
    // Asked whether it is there: the server knows that it has ended.
    EXPECT_EQ(status_of(ended.back().receive()), 100);
  }
  EXPECT_EQ(ask(get("/echo")), "");
  answers_.answer_one();
  EXPECT_TRUE(eventually([&] { return body_of(ask(get("/echo"))) == "/echo"; }));
  while (answers_.held() > 0) answers_.answer_one();
  EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

TEST_F(Front, ServesThoseItHasRoomForWhenAllAreBusy) {
  settings::Http http = patient();
  http.most_connections = 8;
  http.threads = 1;
  start(http);
  std::deque<Wire> busy;
  for (int each = 0; each < 8; ++each) {
    busy.emplace_back(port());
    busy.back().send(get("/hold/" + std::to_string(each)));
    ASSERT_TRUE(eventually([&] { return answers_.held() == busy.size(); }));
  }
  // Nobody makes room: this one has to come again.
  Wire next(port());
  EXPECT_EQ(next.receive_all(), "");
  for (int each = 0; each < 8; ++each) {
    answers_.answer_one();
    EXPECT_EQ(body_of(busy[static_cast<std::size_t>(each)].receive()), "/hold/" + std::to_string(each));
  }
  EXPECT_EQ(body_of(ask(get("/echo"))), "/echo");
}

TEST_F(Front, ListensWhereItIsTold) {
  for (const char* address : {"::1", "localhost", "0.0.0.0"}) {
    settings::Http http = patient();
    http.address = address;
    try {
      start(http);
    } catch (const Failure& failure) {
      // Not every machine has IPv6.
      EXPECT_EQ(std::string(address), "::1") << failure.detail();
      continue;
    }
    EXPECT_NE(port(), 0);
    server_.reset();
  }
  settings::Http http = patient();
  http.address = "203.0.113.1";
  EXPECT_THROW(start(http), Failure);
}

TEST_F(Front, OutlivesItsServerWithoutHarm) {
  start(patient());
  Wire wire(port());
  wire.send(get("/hold"));
  ASSERT_TRUE(eventually([&] { return answers_.held() == 1; }));
  auto held = answers_.take();
  server_.reset();
  held->second.send({200, "late", "text/plain", {}});
}

// pistache addresses answers by descriptor number: of 116,000 strangers' answers, 48 went to silent
// connections.
TEST_F(Front, NeverAnswersWhoHasAskedNothing) {
  settings::Http http = patient();
  http.threads = 2;
  start(http);
  constexpr int kSilent = 100'000;
  constexpr int kAtOnce = 64;
  constexpr int kSilentForAStranger = 3;
  std::atomic<bool> over{false};
  std::atomic<int> opened{0};
  std::atomic<int> strange{0};
  // Clients that ask and reset, so that numbers are free again while their answers are under way.
  std::vector<std::thread> threads;
  for (int each = 0; each < 2; ++each) {
    threads.emplace_back([&] {
      while (!over) {
        if (strange * kSilentForAStranger > opened) {
          std::this_thread::yield();
          continue;
        }
        ++strange;
        Wire wire(port());
        wire.send(get("/hold/strange"));
        wire.reset();
      }
    });
  }
  // Answers come late, from other threads than the server's.
  threads.emplace_back([&] {
    while (!over || answers_.held() > 0) {
      if (auto next = answers_.wait()) next->second.send({200, next->first, "text/plain", {}});
    }
  });
  int heard = 0;
  std::deque<Wire> silent;
  while (opened < kSilent) {
    silent.emplace_back(port());
    ++opened;
    if (silent.size() < kAtOnce) continue;
    char byte = 0;
    if (recv(silent.front().fd(), &byte, 1, MSG_DONTWAIT) > 0) ++heard;
    silent.front().reset();
    silent.pop_front();
  }
  over = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(heard, 0);
  EXPECT_GT(answers_.count(), 1000);
}

}  // namespace
}  // namespace command_center::api::http
