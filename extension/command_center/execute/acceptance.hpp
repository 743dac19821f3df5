// What is decided about one command.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/command_center/execute/request.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/append.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// A first use of an idempotency key.
struct KeyClaim {
  Datum request_sha256;  // bytea; of the canonical text of the payload
  Datum spelled_sha256;  // bytea; of its text as it is spelled, where that differs; 0: none
  int use_number;
};

// Plain data in the calling context, filled step by step: after a refusal it holds what had been decided
// until then.
struct Acceptance {
  const Request* request;
  identifiers::Uuid command_id;
  std::int64_t received_at;  // the server's timestamp
  int template_version;
  bool ordered;
  bool observe;          // accepted and published, but for the record only
  Datum feature_ids;     // uuid[]; 0 when no feature matched
  std::uint64_t tokens;  // the ticket of take_tokens()
  std::int64_t sla;      // microseconds until it must be done; 0: none
  bool has_route;
  identifiers::Uuid route_id;
  int route_version;
  std::string_view sticky_key;
  std::string_view partition_key;
  std::string_view correlation_id;
  std::string_view payload_text;
  std::string_view target;
  std::string_view handler;  // of the target, which then gets no message; empty: none
  std::string_view* also;
  int also_count;
  NewMessage* messages;
  int message_count;
  Datum result;  // jsonb, detoasted; 0 for none
  KeyClaim claim;

  // The same key was used before: only this and the answer below are set.
  bool replayed;
  std::string_view first_mode;
};

[[nodiscard]] inline std::string_view mode_of(const Acceptance& acceptance) noexcept {
  if (acceptance.replayed) return acceptance.first_mode;
  return acceptance.observe ? "observe" : "execute";
}

}  // namespace command_center::extension
