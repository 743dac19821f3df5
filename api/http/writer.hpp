// Sends what a client did not take at once: one thread, whatever number of slow readers.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "api/api.hpp"
#include "daemon/admin/descriptor.hpp"
#include "daemon/runtime/clock.hpp"

namespace command_center::api::http {

enum class Progress { kAllSent, kWaits, kFailed };

// Sends from `sent` on what the socket takes without waiting, and moves `sent`.
[[nodiscard]] Progress send_now(int socket, const std::string& text, std::size_t& sent) noexcept;

// Whose answer it is; called on the writer's thread.
class Sender {
 public:
  virtual ~Sender() = default;
  // The socket may take more. send_now() with what it has to guard; the descriptor lives until this returns
  // something else than kWaits.
  [[nodiscard]] virtual Progress go_on(int socket, const std::string& text, std::size_t& sent) noexcept = 0;
  // The time or the room is over: what is left is not sent.
  virtual void give_up(int socket) noexcept = 0;
};

class Writer {
 public:
  // Of all texts together, until the last byte of each is sent, since a text is kept whole: where it is more,
  // the oldest are given up, and twice as much is not taken.
  explicit Writer(std::size_t most_bytes);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  struct Rest {
    admin::Descriptor socket;  // of the writer's own, so that its number is nobody else's meanwhile
    std::string text;
    std::size_t sent = 0;
    std::shared_ptr<Sender> sender;
    runtime::Clock::time_point deadline;
    runtime::Clock::time_point since{};  // when it was taken
  };
  // From any thread. False when there is no room for it, or no thread any more: then nothing was taken.
  [[nodiscard]] bool take(Rest&& rest);

  // Gives up what is left; nothing is taken any more.
  void stop();

 private:
  void run();
  void serve(int socket);
  void end(int socket, bool gives_up);
  void give_up_late_ones();

  const std::size_t most_bytes_;
  admin::Descriptor poller_;
  admin::Descriptor wake_;
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::unordered_map<int, Rest> rests_;  // guarded by the mutex; the thread alone removes
  std::size_t bytes_ = 0;                // guarded by the mutex
  std::thread thread_;
};

}  // namespace command_center::api::http
