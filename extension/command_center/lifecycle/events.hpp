// The events of dispatches: what became of a command after it was received.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/command_center/installation.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// Plain data over memory of the calling context. Texts whose data() is null are NULL.
struct DispatchEvent {
  identifiers::Uuid tenant_id;
  identifiers::Uuid command_id;
  std::string_view kind;  // consumed, completed, failed, ignored, replayed
  std::string_view service_id;
  Datum detail;              // jsonb; 0: none
  std::string_view why;      // the reason of a replay
  std::string_view who;      // data() null: the role that calls
  std::string_view handler;  // the in-database handler that completed the command
  // The id of the dispatch's last event before, so that ids grow with the order of events whatever the clock
  // does. All zero: there was none.
  identifiers::Uuid last_event_id;
};

// Inserts events as they are, all rows at once; only the caller knows whether they may be. `caller` is the
// role from before open_session(kInstallation). Postgres regime, in an open session. KC015 with a hint where
// setup() has not made the table.
void append_events(const DispatchEvent* events, int count, Oid caller);

// The completion of a command by the handler of its target in the database, in the command's own transaction.
// For dispatches that were inserted just now, so there is no event before.
[[nodiscard]] DispatchEvent completion_by_handler(const identifiers::Uuid& tenant_id,
                                                  const identifiers::Uuid& command_id,
                                                  std::string_view service_id, std::string_view handler);

// What stands about a dispatch.
struct EventSummary {
  std::int64_t count;
  identifiers::Uuid last_event_id;  // all zero: none
};

// Most events that one dispatch may have; what reports more often is broken.
inline constexpr int kMaxEvents = 1000;

// KC014 when the dispatch has as many events as it may have.
void check_event_count(std::int64_t count);

// Lets one transaction at a time add events to a dispatch, until that ends. False: there is no such dispatch.
// A lock of the row, not one of the lock table, which many of them would fill.
[[nodiscard]] bool lock_dispatch(const identifiers::Uuid& tenant_id, const identifiers::Uuid& command_id);

// An id above those of all messages that a command had when it was executed: they are made in the same call,
// and after the command's own.
[[nodiscard]] identifiers::Uuid beyond_messages_of(const identifiers::Uuid& command_id);

[[noreturn]] void refuse_unknown_dispatch(const identifiers::Uuid& command_id);

}  // namespace command_center::extension
