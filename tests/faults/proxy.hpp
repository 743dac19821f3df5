// A TCP proxy on loopback that can be a bad network: what goes through it is delayed, throttled, held up,
// swallowed or cut.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/support/loopback.hpp"

namespace command_center::faults {

enum class Weather {
  kClear,
  kDelay,     // every byte comes `amount` milliseconds later
  kThrottle,  // `amount` bytes a second in each direction of each connection
  kStall,     // nothing comes through; it goes on where it was when the weather changes
  kHalfOpen,  // what is sent is swallowed, though both ends believe in their connection; it is cut when the
              // weather changes
  kCut        // connections are reset, and so is each new one
};

struct Forecast {
  Weather weather = Weather::kClear;
  std::int64_t amount = 0;
};

class Proxy {
 public:
  // Listens on `port` of loopback, or on a free one (0). `upstream_port` is asked for each new connection.
  // Throws std::runtime_error when it cannot listen.
  Proxy(int port, std::function<int()> upstream_port);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  [[nodiscard]] int port() const { return listener_.port(); }
  // For all connections, until it is set again; in force when it returns. Any thread.
  void set(Forecast forecast);
  // Resets the connections that there are.
  void cut();

 private:
  using Clock = std::chrono::steady_clock;

  struct Chunk {
    Clock::time_point due;
    std::vector<char> bytes;
    std::size_t sent = 0;
  };

  struct Direction {
    int from = -1;
    int to = -1;
    std::deque<Chunk> chunks{};
    std::size_t waiting = 0;  // bytes
    bool ended = false;       // `from` has said its last word
    bool told = false;        // `to` knows
    Clock::time_point free_at{};
  };

  struct Connection {
    Direction up;
    Direction down;
    bool swallowed = false;
    bool dead = false;
  };

  void run();
  void order(Forecast forecast, bool cuts);
  void take_orders();
  void accept_one();
  void read(Connection& connection, Direction& direction);
  void write(Connection& connection, Direction& direction);
  void reset(Connection& connection);
  void bury();
  [[nodiscard]] bool wants_to_read(const Direction& direction) const;
  [[nodiscard]] bool may_write(const Direction& direction) const;

  std::function<int()> upstream_port_;
  const loopback::Listener listener_;
  int wake_ = -1;
  std::list<Connection> connections_;
  Forecast current_;

  std::mutex mutex_;
  std::condition_variable obeyed_;
  Forecast ordered_;
  bool cut_ordered_ = false;
  bool stop_ordered_ = false;
  int orders_ = 0;
  int obeyed_orders_ = 0;
  std::thread thread_;
};

}  // namespace command_center::faults
