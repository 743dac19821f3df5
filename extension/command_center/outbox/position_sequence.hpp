// The sequence that positions are drawn from, as far as somebody may have altered it.
#pragma once

namespace command_center::extension {

// KC015 where the sequence does not count one by one: with values that sessions cache, backwards or in a
// circle messages of one key get positions in another order than they commit in. Nothing is lost by it: what
// lies below a bound is found by transaction (next_batch.cpp). Sessions discard what they have cached when
// they see that the sequence was altered, and the ALTER waits for transactions that have drawn: once it is as
// setup() made it again, so are the positions. `hint` says what is held up. Postgres regime.
void require_counting_one_by_one(const char* hint);

}  // namespace command_center::extension
