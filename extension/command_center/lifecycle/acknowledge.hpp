// What a service did with a command, as a call or a message reports it.
#pragma once

#include "extension/command_center/lifecycle/events.hpp"
#include "extension/core/lifecycle/acknowledgement.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// KC014 for a detail (jsonb) that is too large or too deep. Postgres regime; so is the other.
void check_detail(Datum detail);

// 22023 for an id that no service can have.
void check_service_id(std::string_view service_id);

enum class Acknowledged { kRecorded, kKnown, kNoSuchDispatch };

// Records it unless it is known. `caller` is the role from before open_session(kInstallation). KC002 for an
// unknown service, KC014 for too many events, KC015 where another final status stands. In an open session.
[[nodiscard]] Acknowledged acknowledge(DispatchEvent& report, lifecycle::Status status, Oid caller);

}  // namespace command_center::extension
