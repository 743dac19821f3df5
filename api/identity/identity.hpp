// Who calls, what for, and on whose behalf: what a token or the lack of one says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace command_center::api::identity {

enum Scope : std::uint8_t {
  kNoScope = 0,
  kExecute = 1 << 0,      // commands:execute
  kRead = 1 << 1,         // commands:read
  kAcknowledge = 1 << 2,  // commands:acknowledge
  kControl = 1 << 3,      // control:write
  kAdmin = 1 << 4,        // admin: all of them
};
using Scopes = std::uint8_t;

struct Identity {
  std::string subject;                // of the token; what limits are counted by
  std::string user_id;                // initiator.userId of commands
  std::vector<std::string> roles;     // initiator.role of commands
  std::optional<std::string> tenant;  // lower-case uuid: the only one it may act for; none: any (operators)
  Scopes scopes = kNoScope;
};

}  // namespace command_center::api::identity
