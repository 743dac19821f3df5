// The arguments of one command, read once.
#pragma once

#include <string_view>

#include "extension/command_center/server_types.hpp"
#include "extension/core/identifiers/uuid.hpp"

namespace command_center::extension {

// Plain data over memory of the calling context. Absent texts are empty.
struct Request {
  std::string_view command_name;
  Datum payload;  // jsonb, detoasted
  identifiers::Uuid tenant_id;
  bool has_initiator;
  Datum initiator;        // jsonb, detoasted
  std::string_view role;  // initiator.role, where it is a text
  std::string_view correlation_id;
  bool has_property;
  identifiers::Uuid property_id;
  std::string_view environment;
  std::string_view traceparent;
};

// Reads the arguments of execute_command. Postgres regime. 22004 for a missing one, 22023 for one that cannot
// be, 0A000 for one that is not built yet.
[[nodiscard]] Request read_request(FunctionCallInfoBaseData* fcinfo);

}  // namespace command_center::extension
