// The arguments of one command, read once.
#pragma once

#include <string_view>

#include "extension/command_center/installation.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// How many arguments execute_command has; command_request has as many fields.
inline constexpr int kRequestArguments = 9;

// The arguments of execute_command, or the fields of a command_request, in their order.
struct RequestArguments {
  Datum values[kRequestArguments];
  bool nulls[kRequestArguments];
};

// Plain data over memory of the calling context. Absent texts are empty.
struct Request {
  std::string_view command_name;
  Datum payload;  // jsonb, detoasted
  identifiers::Uuid tenant_id;
  bool has_initiator;
  Datum initiator;        // jsonb, detoasted
  std::string_view role;  // initiator.role, where it is a text
  std::string_view correlation_id;
  std::string_view idempotency_key;
  bool has_property;
  identifiers::Uuid property_id;
  std::string_view environment;
  std::string_view traceparent;  // a valid one
  std::string_view tracestate;   // of it, valid too
  bool has_invalid_traceparent;  // which is left out: to be warned of, once a call
};

// Postgres regime.
[[nodiscard]] RequestArguments arguments_of(FunctionCallInfoBaseData* fcinfo);

// Postgres regime. Throws 22004 for a missing argument, 22023 for one that cannot be.
[[nodiscard]] Request read_request(const RequestArguments& arguments);

}  // namespace command_center::extension
