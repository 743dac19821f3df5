// The thread of one channel: calls its webhook for one notification after the other, so that a receiver that
// is slow or down holds up its own channel, and others only once as many events wait for it as may be under
// way.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "daemon/runtime/clock.hpp"
#include "daemon/spans/context.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/inventory/notification.hpp"
#include "relay/daemon.hpp"
#include "relay/notifier/webhook.hpp"

namespace command_center::relay::notifier {

// What is to be sent, and enough to write down what became of it without whoever asked for it.
struct Errand {
  identifiers::Uuid tenant_id;
  identifiers::Uuid event_id;
  inventory::Channel channel = inventory::Channel::kEmail;
  std::string webhook_id;
  std::string body;
  int recipients = 0;
  int attempt = 1;
  std::int64_t published_ms = 0;
  std::optional<spans::Origin> trace{};
  runtime::Clock::time_point not_before{};
};

struct Done {
  Errand errand;
  Call call;
};

// How a webhook is called; Webhook::post.
using Post =
    std::function<Call(const std::string& id, const std::string& body, const std::function<bool()>& is_over)>;

// All functions are safe from any thread.
class Courier {
 public:
  // No longer than this is waited because a receiver says so.
  static constexpr std::chrono::seconds kLongestRetryAfter{3'600};

  // Starts its thread.
  explicit Courier(Post post);
  // Ends a call that is under way.
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  void send(Errand errand);
  // What waits is forgotten; a call that is under way goes on.
  void forget_waiting() noexcept;
  // The call that is under way ends at once.
  void break_off() noexcept;
  [[nodiscard]] bool is_calling() const;
  // What has been called for since the last time.
  [[nodiscard]] std::vector<Done> take_done();

 private:
  void work() noexcept;
  [[nodiscard]] bool take_next(Errand& errand);

  const Post post_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Errand> waiting_;  // guarded by mutex_, as the rest is
  std::vector<Done> done_;
  runtime::Clock::time_point open_at_{};  // as the receiver has asked
  bool calling_ = false;
  bool broken_off_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace command_center::relay::notifier
