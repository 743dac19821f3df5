// Ends locks that have expired and that nobody has met since.
#pragma once

namespace command_center::guard {

// What maintain() does of it: a part of them in each call, and none that is in use. They block nobody
// meanwhile. Postgres regime, in no session.
void sweep_expired();

}  // namespace command_center::guard
