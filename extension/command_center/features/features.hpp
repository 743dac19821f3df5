// What features and rate limits say about one command.
#pragma once

#include <cstdint>

#include "extension/command_center/catalogue/templates.hpp"
#include "extension/command_center/execute/request.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/core/features/limit_definition.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// A limit of a feature that matches.
struct Limit {
  identifiers::Uuid feature_id;
  int version;
  features::LimitDefinition definition;
};

// Plain data in the calling context.
struct FeatureVerdict {
  bool observe;
  Datum feature_ids;  // uuid[] of every feature that matches, in order; 0 when none does
  const Limit* limits;
  int limit_count;
};

// All functions are Postgres regime and throw their refusals with no session open.

// KC011 while the setting command_center.enabled is off.
void check_enabled();

// KC011 when a feature disables the command, or when its template waits for one that enables it.
[[nodiscard]] FeatureVerdict check_features(const Template& definition, const Request& request);

// Takes a token of every limit of the verdict, or none, and answers a ticket for them; 0 for no limit. They
// come back when the transaction or the savepoint rolls back, as far as they have not grown back by then; a
// prepared transaction keeps them. `received_at` is the server's timestamp of the command.
//
// KC010 when a limit is reached, KC014 when the shared table is full, KC015 without shared memory.
[[nodiscard]] std::uint64_t take_tokens(const FeatureVerdict& verdict, const Request& request,
                                        std::int64_t received_at);

// Throws what take_tokens() would, but takes nothing and begins no cooldown.
void check_limits(const FeatureVerdict& verdict, const Request& request, std::int64_t received_at);

// Gives back what take_tokens() took, for a command that has no effect in a transaction that goes on. Does
// nothing for 0, and when it was given back already.
void give_back_tokens(std::uint64_t ticket) noexcept;

}  // namespace command_center::extension
