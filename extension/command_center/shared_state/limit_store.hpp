// The buckets of all sessions, in shared memory, each part of them under a lock of its own.
#pragma once

#include <cstddef>
#include <cstdint>

#include "extension/core/limits/bucket.hpp"
#include "extension/core/limits/bucket_table.hpp"
#include "extension/core/limits/rate.hpp"

namespace command_center::extension {

struct SharedState;
struct LimitPartitions;

// One subject and the limit it is under. `version` is of the definition of the limit.
struct LimitedSubject {
  limits::Key key;
  limits::Rate rate;
  std::int32_t version;
};

// A token, the bucket it is from, and what the caller knows it by.
struct TakenToken {
  std::uint64_t ticket;
  std::uint32_t owner;
  std::uint32_t partition;
  std::uint32_t bucket;
  limits::Token token;
};

struct TakeOutcome {
  enum class Kind { kTaken, kRefused, kTableFull };
  Kind kind;
  int subject;               // the one that is refused for longest
  std::int64_t retry_after;  // microseconds
  bool together;             // it is counted together with others of its tenant
};

// The memory for at least so many subjects, and how to make it an empty store.
[[nodiscard]] std::size_t limit_store_bytes(int subjects) noexcept;
void format_limit_store(void* memory, const SharedState& state) noexcept;

// The following need shared_state() to have answered. None waits for more than the moment that another
// session needs for the same, and none raises an error. `count` is at most features::kMostMatches.

// Takes a token for each subject or none at all; `taken` has room for them. A refusal begins cooldowns.
[[nodiscard]] TakeOutcome take_from_store(const LimitedSubject* subjects, int count, std::int64_t now,
                                          TakenToken* taken) noexcept;

// What take_from_store() would answer; changes nothing.
[[nodiscard]] TakeOutcome look_into_store(const LimitedSubject* subjects, int count,
                                          std::int64_t now) noexcept;

// Gives tokens of one transaction back, in the order in which they were taken; also while it ends. They are
// worth nothing afterwards.
void give_back_to_store(TakenToken* taken, std::size_t count) noexcept;

// A tenant of this database, or the database, has its share of the table: some are counted together.
[[nodiscard]] bool store_counts_together(std::int64_t now) noexcept;

}  // namespace command_center::extension
