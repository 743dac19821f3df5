// The function that a subscription gives its messages to.
#pragma once

#include "extension/command_center/subscriptions/message.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

struct MessageHandler {
  Oid function;
  bool takes_array;
};

// All are Postgres regime.

// Checks one as it is registered, and answers how it is stored: fully qualified. KC013 otherwise.
[[nodiscard]] const char* check_message_handler(const char* signature);

// The function that is stored so, which the current user may call. KC015 when it cannot be called any more or
// may not run as the current user, 42501 without EXECUTE: none of them is the fault of a message.
[[nodiscard]] MessageHandler find_message_handler(const char* signature);

// Gives it messages, one at a time or all at once as it takes them. What it raises leaves through this call,
// and so does what it deferred to the commit and would fail there.
void call_handler(const MessageHandler& handler, const Message* const* messages, int count);

}  // namespace command_center::extension
