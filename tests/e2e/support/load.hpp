// A service that keeps executing commands, some of them in transactions that roll back, until it is told to
// stop.
#pragma once

#include <atomic>
#include <thread>

#include "tests/e2e/support/database.hpp"

namespace command_center::e2e {

// Connects again when the server goes away: what committed is asked of the database afterwards.
class Load {
 public:
  explicit Load(const Database& database);
  ~Load() { stop(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void stop();
  [[nodiscard]] int transactions() const { return transactions_.load(); }

 private:
  void run();

  const Database& database_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> transactions_{0};
  std::thread thread_;
};

}  // namespace command_center::e2e
