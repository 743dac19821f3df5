// One client's connection: one request after the other, each answered before the next is read.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "api/api.hpp"
#include "api/http/metrics.hpp"
#include "api/http/parser.hpp"
#include "api/http/reply.hpp"
#include "api/http/response.hpp"
#include "api/http/writer.hpp"
#include "api/settings/settings.hpp"
#include "daemon/admin/descriptor.hpp"
#include "daemon/runtime/clock.hpp"

namespace command_center::api::http {

// The answer to what is no request, or comes when none is taken.
using Refuse = std::function<Response(int status, std::string_view detail, std::string_view path)>;

// What the connections of a server have in common.
struct House {
  House(const settings::Http& http, Handler the_handler, Refuse the_refuse, prometheus::Registry& registry)
      : limits(http),
        handler(std::move(the_handler)),
        refuse(std::move(the_refuse)),
        metrics(registry),
        writer(http.most_unread_bytes) {}

  const settings::Http limits;
  const Handler handler;
  const Refuse refuse;
  Metrics metrics;
  Writer writer;
  std::atomic<bool> is_draining{false};
  std::atomic<int> connections{0};
  std::atomic<int> unanswered{0};          // requests that were handed over and are not yet answered
  std::atomic<std::size_t> held_bytes{0};  // of requests, from the first byte to the answer
};

// The server's thread reads and looks; whoever answers, answers on a thread of their own; the writer goes on.
// The descriptor that the server's library reads from is only touched by that thread: answers go through a
// duplicate, which names this connection for as long as it is open, whatever becomes of the number.
class Connection final : public Sender, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<House> house, int socket, std::string peer);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // On the server's thread.
  void read(std::string_view bytes) noexcept;
  // Ends what takes too long, and finds out whether a client that has ended its side is there at all.
  void look(runtime::Clock::time_point now) noexcept;
  // The client has ended or broken off; the server's library closes its descriptor next.
  void let_go() noexcept;
  // Since when it waits for its client; nothing while the client waits for an answer.
  [[nodiscard]] std::optional<runtime::Clock::time_point> waits_since() noexcept;
  // The client waits for an answer or is about to read it.
  [[nodiscard]] bool is_busy() noexcept;
  // Ends it without a byte, if it still waits for its client.
  void make_room() noexcept;

  // On any thread.
  void answer(Response&& response) noexcept;
  [[nodiscard]] bool is_gone() noexcept;

  [[nodiscard]] Progress go_on(int socket, const std::string& text, std::size_t& sent) noexcept override;
  void give_up(int socket) noexcept override;

 private:
  enum class Phase {
    kReading,
    kAnswering,  // a request is with the handler
    kWriting,    // its answer is with the writer
    kClosing,    // everything is sent; the client's end is waited for, so that it can read the answer
    kClosed,
  };
  // A client that has more to send or to read is reset, which frees what the kernel keeps for it; one that
  // has not only learns that it is over.
  enum class Manner { kEnded, kReset };
  using Lock = std::unique_lock<std::mutex>;

  // All with the lock held; the first two let go of it.
  void hand_over(Lock& lock, std::string_view behind);
  void refuse(Lock& lock, const Refusal& refusal);
  [[nodiscard]] bool begin_answering(bool keeps_alive);
  void answer_locked(Response&& response);
  void finish(int socket);
  void break_off(int socket, Manner manner);
  void set_held(std::size_t bytes);
  void discard(std::string_view bytes);
  void note_stage(Stage before);
  void probe();
  [[nodiscard]] bool finds_no_room() const;

  const std::shared_ptr<House> house_;
  const std::string peer_;

  std::mutex mutex_;
  Phase phase_ = Phase::kReading;
  int socket_;  // the library's; -1 once it is let go
  Parser parser_;
  runtime::Clock::time_point since_;  // the beginning of the phase, or of the parser's stage
  admin::Descriptor duplicate_;       // while a request is unanswered
  bool keeps_alive_ = false;          // after the answer
  bool may_probe_ = false;            // the client, once it has ended its side
  Body body_ = Body::kSent;
  std::size_t held_ = 0;
  std::size_t discarded_ = 0;
};

}  // namespace command_center::api::http
