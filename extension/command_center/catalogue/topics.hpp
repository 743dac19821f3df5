// The topics that a session knows.
#pragma once

#include <string>
#include <string_view>

#include "extension/command_center/catalogue/decision.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

struct Topic {
  bool is_declared = false;
  bool is_for_commands = false;  // declared so, or named by a command or a service
  bool is_compacted = false;
  bool is_raw = false;
  bool key_required = false;
  bool takes_registered_only = false;  // events are registered for it
  bool may_be_undeclared = false;      // set_undeclared_topics('allow')
  int version = 0;
  int max_message_bytes = 0;  // 0: not declared
  std::string owner;          // empty: none
  Oid owner_id = 0;
  std::string collides_with;  // empty: with none; of one that is not declared
};

// What may be sent to a topic, declared or not. Valid until the next begin_decision(). Postgres regime.
[[nodiscard]] const Topic& find_topic(std::string_view topic);

// The same, for C++ regime: only what find_topic() has answered in this decision; null otherwise.
[[nodiscard]] const Topic* known_topic(std::string_view topic) noexcept;

}  // namespace command_center::extension
