// A subscription as the database has it, and the locks that keep its changes apart from its work.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/command_center/installation.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/locks/own_lock.hpp"

namespace command_center::extension {

enum class SchemaCheck { kOff, kKnown, kRequired };

// Plain data.
struct Subscription {
  const char* name;
  identifiers::Uuid id;  // as it was made or last reset
  int version;
  bool is_paused;
  TextList topics;
  const char* handler;
  Datum filter;  // jsonb: {"header": ["value", …]}
  SchemaCheck schema_check;
  int max_attempts;
  const char* dead_letter_topic;
  int dead_letter_bytes;  // what that topic is declared to take; 0: it is not
};

// All are Postgres regime, in an open session.

// Reads it with the newest snapshot; what it holds is in the memory of the caller of the session. KC002 when
// there is none.
[[nodiscard]] Subscription find_subscription(std::string_view name);

// The same, as whoever works for it expects it: KC006 when it was reset or made anew since.
[[nodiscard]] Subscription expected_subscription(std::string_view name, const identifiers::Uuid& id);

// Until the transaction ends: shared by those who apply messages, exclusive for those who change it or begin
// a topic.
void lock_subscription(std::string_view name, LockMode mode);

// One transaction at a time advances a partition. Several are taken in the order of their locks.
[[nodiscard]] OwnLock partition_lock(std::string_view subscription, std::string_view topic, int partition);

// One transaction at a time replays its dead letters or discards them.
void lock_dead_letters(std::string_view subscription);

}  // namespace command_center::extension
