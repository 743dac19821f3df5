// Which dispatches of a tenant are meant: what list_dispatches and replay_dispatches have in common.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/command_center/installation.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/server/server_types.hpp"
#include "extension/server/statements.hpp"

namespace command_center::extension {

// Plain data. Texts whose data() is null, and times that are not set, leave everything in.
struct Selection {
  identifiers::Uuid tenant_id;
  std::string_view command_name;
  std::string_view target_service;  // the chosen one or one of those that get the command as well
  std::string_view status;
  std::string_view correlation_id;
  bool has_received_from;
  std::int64_t received_from;  // the server's timestamp; from here on
  bool has_received_before;
  std::int64_t received_before;
  bool has_cursor;
  identifiers::Uuid cursor;  // a page goes on after this command
  int limit;
};

enum class Order { kNewestFirst, kOldestFirst };

// Throws 22023 for a status that no dispatch can have. Postgres regime.
void check_status_of_dispatch(std::string_view status);

// Reads the dispatches in order, from the index of the tenant's commands, which is one of time: nothing
// outside the range of time is looked at, and no more than the page needs. Columns: command_id, command_name,
// status, target_service, also_targets, correlation_id, mode, environment, property_id, received_at. Answers
// the number of rows; they stay readable until the next statement. Postgres regime, in an open session.
[[nodiscard]] std::uint64_t select_dispatches(const Selection& selection, Order order);

}  // namespace command_center::extension
