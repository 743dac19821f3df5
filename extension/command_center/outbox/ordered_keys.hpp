// Keeps messages of a key in the order of commits.
#pragma once

#include <string_view>

#include "extension/command_center/installation.hpp"
#include "extension/core/identifiers/uuid.hpp"

namespace command_center::extension {

struct OrderedKey {
  identifiers::Uuid tenant_id;
  std::string_view partition_key;
};

// Until the end of the transaction nobody else draws a position for these keys. The first of a transaction
// are locked one by one; with more than 256 locks the whole tenant is, so that a transaction of any number of
// calls holds few. Several of a call are taken in order; what comes before a lock that the transaction holds
// is only tried (40001), and so is a tenant of which it holds a key: two that waited for that would wait for
// each other. `to_come`: how many more keys the same call may lock later. KC014 with so many tenants that the
// server's lock table would fill. Postgres regime; before the transaction takes its position.
void lock_ordered_keys(OrderedKey* keys, int count, int to_come = 0);

// The same for one key without waiting: false when somebody writes to it.
[[nodiscard]] bool try_ordered_key(const OrderedKey& key);

// Lets one transaction at a time replay by filter for a tenant.
void lock_replays_of(const identifiers::Uuid& tenant_id);

}  // namespace command_center::extension
