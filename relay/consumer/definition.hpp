// The subscription that a worker works for, as the supervisor last saw it.
#pragma once

#include <atomic>
#include <mutex>
#include <utility>

#include "relay/consumer/inbox.hpp"

namespace command_center::relay::consumer {

// One thread sets, another reads.
class Definition {
 public:
  explicit Definition(Subscription subscription) : subscription_(std::move(subscription)) {}

  void set(Subscription subscription) {
    const std::lock_guard<std::mutex> lock(mutex_);
    subscription_ = std::move(subscription);
    changes_.fetch_add(1);
  }
  [[nodiscard]] Subscription get() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return subscription_;
  }
  // How often it was set.
  [[nodiscard]] int changes() const noexcept { return changes_.load(); }

  // The worker has nothing left to do: the subscription is paused or gone.
  void retire() noexcept { retired_.store(true); }
  [[nodiscard]] bool is_retired() const noexcept { return retired_.load(); }

 private:
  mutable std::mutex mutex_;
  Subscription subscription_;
  std::atomic<int> changes_{0};
  std::atomic<bool> retired_{false};
};

}  // namespace command_center::relay::consumer
