// Queues the messages of commands once more.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/command_center/installation.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

enum class DryRun { kNo, kYes };

// Plain data over memory of the calling context.
struct ReplayRequest {
  identifiers::Uuid tenant_id;
  const identifiers::Uuid* command_ids;  // in ascending order
  int count;
  std::string_view reason;
  std::string_view actor;  // data() null: the setting, else the role that calls
  DryRun dry_run;
};

struct ReplayedMessage {
  identifiers::Uuid message_id;  // all zero in a dry run
  identifiers::Uuid original_message_id;
  const char* target;
};

// What became of one command.
struct ReplayOutcome {
  identifiers::Uuid command_id;
  const char* sqlstate;  // null: it is, or would be, replayed
  const char* message;
  const char* hint;
  ReplayedMessage* messages;
  int message_count;
};

// Throws 22004 and 22023 for a reason or actor that is missing, empty or longer than 1000 bytes: `reason` and
// `actor` are the numbers of the arguments. Postgres regime.
void read_who_and_why(FunctionCallInfoBaseData* fcinfo, int reason, int actor, ReplayRequest& request);

// Replays what may be replayed and answers an outcome for each command, in their order: KC002 unknown, KC008
// its messages are gone, KC014 too many events or a message that its
// topic does not take any more, KC015 completed by a handler in the database. `caller` is the
// role from before open_session(kInstallation). Postgres regime, in an open session; the outcomes are in its
// memory.
[[nodiscard]] ReplayOutcome* replay(const ReplayRequest& request, Oid caller);

}  // namespace command_center::extension
