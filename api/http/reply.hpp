// The right to answer one request, once, from whatever thread.
#pragma once

#include <functional>
#include <memory>

#include "api/http/request.hpp"
#include "api/http/response.hpp"

namespace command_center::api::http {

// Where an answer goes: the connection the request came over, kept by a descriptor of our own, so that no
// answer can reach a client that was given the same descriptor number since.
class Destination {
 public:
  virtual ~Destination() = default;
  virtual void send(Response&& response) noexcept = 0;
  // True when nobody can receive the answer any more: work for it may be left out, never undone.
  [[nodiscard]] virtual bool is_gone() const noexcept = 0;
};

// Movable. One that is destroyed unanswered answers 500, so that every request is answered.
class Reply {
 public:
  explicit Reply(std::unique_ptr<Destination> destination) : destination_(std::move(destination)) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) = delete;
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply();

  // The first call answers; others do nothing. Never blocks on the client.
  void send(Response response) noexcept;
  [[nodiscard]] bool is_gone() const noexcept { return !destination_ || destination_->is_gone(); }

 private:
  std::unique_ptr<Destination> destination_;  // null once answered
};

// Called on a thread of the server, which has other clients: parses and hands over, never waits.
using Handler = std::function<void(Request&&, Reply&&)>;

}  // namespace command_center::api::http
