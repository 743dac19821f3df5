// Ends locks that have expired and that nobody has met since.
#pragma once

namespace command_center::guard {

// Ends the oldest of them, `most` at most and none that is in use, and answers how many; fewer where the
// transaction would hold too many queues, so 0 is what tells that nothing is left to do. They block nobody
// meanwhile. Postgres regime, in no session.
[[nodiscard]] int end_expired(int most);

}  // namespace command_center::guard
