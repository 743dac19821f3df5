// Goes on where Kafka has batches that the database lost: a standby was promoted that had not received the
// last commits, or the database was restored to a point in time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/runtime/waiter.hpp"
#include "relay/daemon.hpp"
#include "relay/settings/settings.hpp"

namespace command_center::relay::publisher {

enum class When {
  kAlways,          // an operator has decided that this database is the one to go on with
  kAfterPromotion,  // only where this server was promoted after Kafka's record was written
};

// What was found and done.
struct Recovery {
  std::int64_t batch_in_kafka = 0;
  std::int64_t topics_read = 0;
  std::int64_t messages_read = 0;
  std::int64_t messages_published = 0;  // the database has them, and they are not sent again
  std::int64_t messages_unknown = 0;    // Kafka has them, and the database has not
  std::vector<std::string> first_unknown;
};

// As a JSON object.
[[nodiscard]] std::string to_json(const Recovery& recovery);

// Waits for the lease as `holder`, fences whoever publishes, reads back which messages Kafka has that the
// database does not know to be published, and gives the lease back. Then publishing can go on: nothing that
// is in Kafka is sent again, everything else is. Answers nothing where the two agree already. Killed at any
// point, it can be done again. Throws Failure; kDisagreement where it cannot be settled so.
[[nodiscard]] std::optional<Recovery> recover(const settings::Settings& settings, runtime::Waiter& waiter,
                                              const std::string& holder, When when);

}  // namespace command_center::relay::publisher
