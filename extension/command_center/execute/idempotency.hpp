// Makes the second use of an idempotency key answer what the first one was answered.
#pragma once

#include "extension/command_center/execute/acceptance.hpp"

namespace command_center::extension {

// What to do about a first use whose transaction has not ended.
enum class InProgress { kWait, kRefuse };

// Whether the key of the request was used before and has not expired; then `acceptance` holds the first
// answer, with `replayed` set. Throws KC005 when it was used with another content, KC004 when its first use
// has not ended (with kWait: not within lock_timeout), KC008 when the first dispatch is gone. A REPEATABLE
// READ caller to whom a committed first use is invisible gets 40001. Sets `acceptance.claim`; after a wait
// that was in vain, the command is received anew. Postgres regime.
[[nodiscard]] bool answer_from_first_use(InProgress in_progress, Acceptance& acceptance);

// Makes this the first use, for the command that is about to be recorded; a refusal that comes later must
// roll back. When somebody else was faster, `acceptance` holds their answer or it is refused, as above; 40001
// when neither the key can be had nor another use be found. Postgres regime; answer_from_first_use() has
// answered false.
void claim_key(InProgress in_progress, Acceptance& acceptance);

}  // namespace command_center::extension
