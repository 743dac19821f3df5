// The messages stay with their session until the outcome is known; only the statement has copies.
#include "relay/consumer/slow_turn.hpp"

namespace command_center::relay::consumer {

void SlowTurn::start(const Subscription& subscription, const Positions& expected,
                     const std::vector<const Message*>& messages) {
  partition_ = messages.front()->partition;
  messages_ = messages.size();
  since_ = runtime::Clock::now();
  span_.emplace(subscription, messages);
  if (!connection_) connection_ = std::make_unique<postgres::Connection>(server_, waiter_);
  Inbox(*connection_).start_applying(subscription, expected, messages, server_.statement_limit);
}

std::optional<std::vector<Outcome>> SlowTurn::look() {
  if (!connection_->go_on()) return std::nullopt;
  return wait();
}

std::vector<Outcome> SlowTurn::wait() {
  auto outcomes = Inbox(*connection_).finish_applying();
  span_->end(outcomes);
  span_.reset();
  partition_.reset();
  return outcomes;
}

void SlowTurn::give_up(const Failure& failure) {
  connection_.reset();
  if (span_) span_->end_failed(failure.sqlstate());
  span_.reset();
  partition_.reset();
}

}  // namespace command_center::relay::consumer
