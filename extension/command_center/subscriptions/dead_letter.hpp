// Puts a message that could not be applied aside: into the table, and through the outbox into its topic.
#pragma once

#include "extension/command_center/subscriptions/message.hpp"
#include "extension/command_center/subscriptions/subscription.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// Why; plain texts, `detail` may be null.
struct Failure {
  const char* sqlstate;
  const char* message;
  const char* detail;
};

struct DeadLetter {
  const Message* message;
  Failure failure;
  int attempts;
};

// In the transaction that advances the offset. What the topic is too small for goes there without its value,
// and is whole in the table. Postgres regime, in an open session.
void put_aside(const Subscription& subscription, const DeadLetter* letters, int count);

}  // namespace command_center::extension
