// The generations of an outbox's publishers: each divides its keys anew.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/command_center/outbox/batch.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

struct Generation {
  std::int64_t number;
  std::int64_t shards;
};

// All are Postgres regime, in an open session.

// KC015 between a new library and setup().
void require_shards();

// The first one of one shard where the publisher was never divided. KC002 when there is no such publisher.
[[nodiscard]] Generation latest_generation(std::string_view family);

// Adds the publishers of a generation. What is visible at the end of the window `before` is published before
// they begin.
void begin_generation(std::string_view family, const Generation& generation, const Batch& before,
                      const char* identity);

// The publishers of the earliest generation that has not published all that is its own.
[[nodiscard]] server::TextList publishers_at_work(std::string_view family);

// For the audit, as jsonb.
[[nodiscard]] Datum describe(const Generation& generation);

}  // namespace command_center::extension
