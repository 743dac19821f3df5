// Decides whether a subject may have one more token (the generic cell rate algorithm), and takes tokens back.
//
// What is admitted and not given back keeps this promise: among the admissions whose times lie within a span
// of W, there are at most burst + W / interval. It holds in whatever order admissions reach the bucket, also
// when their times are not in that order.
#pragma once

#include <cstdint>

#include "extension/core/limits/rate.hpp"

namespace command_center::limits {

// All times are microseconds of one clock. Plain data: it lies in shared memory.
struct Bucket {
  std::int64_t full_at;        // when it is full again; the algorithm's theoretical arrival time
  std::int64_t latest;         // the latest time of an admission
  std::int64_t refused_until;  // the end of a cooldown
  std::uint64_t given_back;    // sum of what was given back while newer tokens were out
  std::uint64_t newest;        // number of the newest token that is out
  std::uint64_t incarnation;   // moves whenever older tokens are worth nothing any more
  std::int32_t version;        // of the limit it was last used under
};

// One admission, kept by whoever may give it back.
struct Token {
  std::int64_t interval;
  std::int64_t full_at;  // of the bucket just after the admission
  std::uint64_t given_back;
  std::uint64_t number;
  std::uint64_t incarnation;
};

struct Answer {
  bool admitted;
  std::int64_t retry_after;  // microseconds; 0 when admitted
};

// Makes it a new bucket that is full from `full_at` on; tokens of its former use are worth nothing.
void open(Bucket& bucket, std::int64_t full_at, std::int32_t version) noexcept;

// Full and in no cooldown: it may be forgotten.
[[nodiscard]] bool is_idle(const Bucket& bucket, std::int64_t now) noexcept;

// Called before the other questions. After a change of the limit, and when the clock was set back by more
// than a minute, a subject owes no more than what an empty bucket of the new limit does; and it never waits
// for longer than the limit's own cooldown.
void follow(Bucket& bucket, const Rate& rate, std::int32_t version, std::int64_t now) noexcept;

// What an admission at `now` would answer; changes nothing.
[[nodiscard]] Answer look(const Bucket& bucket, const Rate& rate, std::int64_t now) noexcept;

// Takes the token that look() has promised for the same `now`.
[[nodiscard]] Token admit(Bucket& bucket, const Rate& rate, std::int64_t now) noexcept;

// Begins the cooldown after a look() that was refused. A refusal within a cooldown does not prolong it.
void refuse(Bucket& bucket, const Rate& rate, std::int64_t now) noexcept;

// Gives back as much of the token as has not grown back by itself since.
void give_back(Bucket& bucket, const Token& token, std::int64_t now) noexcept;

// Nobody has taken a token of the bucket since this one: giving back from the newest on costs the holders of
// other tokens nothing.
[[nodiscard]] bool is_newest(const Bucket& bucket, const Token& token) noexcept;

}  // namespace command_center::limits
