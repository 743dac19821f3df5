// The span of messages that are applied together, for the traces that they are of, and within it that of the
// database's call of their handler.
#pragma once

#include <vector>

#include "daemon/spans/span.hpp"
#include "relay/consumer/inbox.hpp"
#include "relay/daemon.hpp"

namespace command_center::relay::consumer {

class BatchSpan {
 public:
  // The call begins now; the messages have been with the relay since they were taken.
  BatchSpan(const Subscription& subscription, const std::vector<const Message*>& messages);

  void end(const std::vector<Outcome>& outcomes);
  void end_failed(std::string_view sqlstate);

 private:
  spans::Span messages_;
  spans::Span call_;
};

}  // namespace command_center::relay::consumer
