// Keeps errors sendable whatever bytes are in them. Internal to the boundary.
#pragma once

namespace command_center::boundary::internal {

// Turns bytes that are no text in the database's encoding into question marks, in place: the conversion to
// the client's encoding would refuse them, and so lose the whole error. Answers `text`. Postgres regime.
char* make_sendable(char* text);

}  // namespace command_center::boundary::internal
