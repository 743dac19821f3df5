// Gives every client the same answer, whatever it asks.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <utility>

#include "tests/support/loopback.hpp"

namespace command_center::loopback {

class CannedServer {
 public:
  // `answer`: with its head.
  explicit CannedServer(std::string answer) : answer_(std::move(answer)), thread_([this] { serve(); }) {}
  ~CannedServer() {
    listener_.stop();
    thread_.join();
  }
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;

  [[nodiscard]] int port() const { return listener_.port(); }
  // How many have asked.
  [[nodiscard]] int asked() const { return asked_; }

 private:
  void serve() {
    for (Descriptor client = listener_.accept_one(); client.get() >= 0; client = listener_.accept_one()) {
      std::string request;
      char bytes[1024];
      while (request.find("\r\n\r\n") == std::string::npos) {
        const ssize_t count = recv(client.get(), bytes, sizeof(bytes), 0);
        if (count <= 0) break;
        request.append(bytes, static_cast<std::size_t>(count));
      }
      ++asked_;
      send_all(client, answer_);
      client = Descriptor();
    }
  }

  const std::string answer_;
  std::atomic<int> asked_{0};
  const Listener listener_;
  std::thread thread_;  // last: uses the rest
};

}  // namespace command_center::loopback
