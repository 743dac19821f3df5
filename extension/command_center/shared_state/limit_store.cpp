// Locks the parts of the table that a call needs, in ascending order, and works on them all at once.
#include "extension/command_center/shared_state/limit_store.hpp"

#include <algorithm>
#include <cmath>

#include "extension/command_center/shared_state/shared_state.hpp"
#include "extension/core/features/feature.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {

// A part of the table begins on a cache line of its own.
struct LimitPartitions {
  static constexpr std::uint32_t kCount = 64;

  LWLockPadded locks[kCount];
  std::size_t partition_bytes;
  std::uint64_t hash_seed;
};

namespace {

using PartitionSet = std::uint64_t;
static_assert(LimitPartitions::kCount == 64, "a set of partitions has one bit for each");

constexpr std::size_t on_cache_lines(std::size_t bytes) noexcept {
  return (bytes + PG_CACHE_LINE_SIZE - 1) / PG_CACHE_LINE_SIZE * PG_CACHE_LINE_SIZE;
}

// Subjects fall into partitions by chance; four standard deviations more than the share of each hold them
// all.
std::uint32_t partition_capacity(int subjects) noexcept {
  const double share = static_cast<double>(subjects) / LimitPartitions::kCount;
  return static_cast<std::uint32_t>(std::ceil(share + 4 * std::sqrt(share)));
}

std::size_t partition_bytes(int subjects) noexcept {
  return on_cache_lines(limits::BucketTable::bytes_for(partition_capacity(subjects)));
}

limits::BucketTable table_of(std::uint32_t partition) noexcept {
  LimitPartitions* all = limit_partitions();
  char* first = reinterpret_cast<char*>(all) + on_cache_lines(sizeof(LimitPartitions));
  return limits::BucketTable(first + all->partition_bytes * partition);
}

constexpr PartitionSet only(std::uint32_t partition) noexcept {
  return PartitionSet{1} << partition;
}

void lock(PartitionSet set, LWLockMode mode) noexcept {
  for (std::uint32_t i = 0; i < LimitPartitions::kCount; ++i) {
    if ((set & only(i)) != 0) LWLockAcquire(&limit_partitions()->locks[i].lock, mode);
  }
}

void unlock(PartitionSet set) noexcept {
  for (std::uint32_t i = 0; i < LimitPartitions::kCount; ++i) {
    if ((set & only(i)) != 0) LWLockRelease(&limit_partitions()->locks[i].lock);
  }
}

// Where a subject is.
struct Place {
  limits::Subject subject;  // with hashes within its partition
  std::uint32_t partition;
  std::uint32_t bucket;
};

std::uint64_t hash_of(const limits::Key& key) noexcept {
  return hash_bytes_extended(reinterpret_cast<const unsigned char*>(&key), sizeof(key),
                             limit_partitions()->hash_seed);
}

// What a tenant has beyond its share of a partition is counted together within that.
limits::Subject subject_of(const limits::Key& key, std::uint64_t hash) noexcept {
  limits::Key owner = {};
  owner.database = key.database;
  const std::uint64_t database_hash = hash_of(owner);
  owner.tenant_id = key.tenant_id;
  return {key, hash, hash_of(limits::together_with_others(key)), hash_of(owner), database_hash};
}

// Answers the partitions to lock.
PartitionSet find_places(const LimitedSubject* subjects, int count, Place* places) noexcept {
  PartitionSet set = 0;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t hash = hash_of(subjects[i].key);
    places[i] = {subject_of(subjects[i].key, hash / LimitPartitions::kCount),
                 static_cast<std::uint32_t>(hash % LimitPartitions::kCount), limits::BucketTable::kNone};
    set |= only(places[i].partition);
  }
  return set;
}

// Answers how many subjects have a bucket now, from the first on.
int open_buckets(const LimitedSubject* subjects, int count, std::int64_t now, Place* places) noexcept {
  for (int i = 0; i < count; ++i) {
    places[i].bucket = table_of(places[i].partition)
                           .find_or_open(places[i].subject, subjects[i].rate, subjects[i].version, now);
    if (places[i].bucket == limits::BucketTable::kNone) return i;
  }
  return count;
}

void note(TakeOutcome& outcome, int subject, const limits::Answer& answer, bool together) noexcept {
  if (answer.admitted || answer.retry_after <= outcome.retry_after) return;
  outcome = {TakeOutcome::Kind::kRefused, subject, answer.retry_after, together};
}

TakeOutcome take_under_lock(const LimitedSubject* subjects, int count, std::int64_t now, const Place* places,
                            TakenToken* taken) noexcept {
  TakeOutcome outcome = {TakeOutcome::Kind::kTaken, 0, 0, false};
  for (int i = 0; i < count; ++i) {
    limits::BucketTable table = table_of(places[i].partition);
    limits::Bucket& bucket = table.bucket(places[i].bucket);
    const limits::Answer answer = limits::look(bucket, subjects[i].rate, now);
    note(outcome, i, answer, table.is_together(places[i].bucket));
    if (!answer.admitted) limits::refuse(bucket, subjects[i].rate, now);
  }
  if (outcome.kind == TakeOutcome::Kind::kRefused) return outcome;
  for (int i = 0; i < count; ++i) {
    limits::Bucket& bucket = table_of(places[i].partition).bucket(places[i].bucket);
    taken[i] = {0, 0, places[i].partition, places[i].bucket, limits::admit(bucket, subjects[i].rate, now)};
  }
  return outcome;
}

enum class WhichTokens { kAll, kNewest };

constexpr std::uint32_t kGivenBack = UINT32_MAX;  // in place of a partition

// Answers whether it did.
bool give_back_one(const TakenToken& taken, WhichTokens which) noexcept {
  const PartitionSet set = only(taken.partition);
  lock(set, LW_EXCLUSIVE);
  limits::BucketTable table = table_of(taken.partition);
  const bool wanted =
      which == WhichTokens::kAll || limits::is_newest(table.bucket(taken.bucket), taken.token);
  if (wanted) table.give_back(taken.bucket, taken.token, GetCurrentTimestamp());
  unlock(set);
  return wanted;
}

}  // namespace

std::size_t limit_store_bytes(int subjects) noexcept {
  return on_cache_lines(sizeof(LimitPartitions)) + partition_bytes(subjects) * LimitPartitions::kCount;
}

void format_limit_store(void* memory, const SharedState& state) noexcept {
  auto* all = static_cast<LimitPartitions*>(memory);
  all->partition_bytes = partition_bytes(state.limit_subjects);
  all->hash_seed = state.hash_seed;
  char* first = static_cast<char*>(memory) + on_cache_lines(sizeof(LimitPartitions));
  for (std::uint32_t i = 0; i < LimitPartitions::kCount; ++i) {
    LWLockInitialize(&all->locks[i].lock, state.tranche);
    limits::BucketTable::format(first + all->partition_bytes * i, partition_capacity(state.limit_subjects));
  }
}

TakeOutcome take_from_store(const LimitedSubject* subjects, int count, std::int64_t now,
                            TakenToken* taken) noexcept {
  Place places[features::kMostMatches];
  const PartitionSet set = find_places(subjects, count, places);
  lock(set, LW_EXCLUSIVE);
  const int opened = open_buckets(subjects, count, now, places);
  const TakeOutcome outcome = opened == count ? take_under_lock(subjects, count, now, places, taken)
                                              : TakeOutcome{TakeOutcome::Kind::kTableFull, opened, 0, false};
  for (int i = 0; i < opened; ++i) table_of(places[i].partition).unpin(places[i].bucket);
  unlock(set);
  return outcome;
}

TakeOutcome look_into_store(const LimitedSubject* subjects, int count, std::int64_t now) noexcept {
  Place places[features::kMostMatches];
  const PartitionSet set = find_places(subjects, count, places);
  TakeOutcome outcome = {TakeOutcome::Kind::kTaken, 0, 0, false};
  lock(set, LW_SHARED);
  for (int i = 0; i < count; ++i) {
    const limits::BucketTable::Foreseen foreseen =
        table_of(places[i].partition).foresee(places[i].subject, subjects[i].rate, subjects[i].version, now);
    if (foreseen.full) {
      outcome = {TakeOutcome::Kind::kTableFull, i, 0, false};
      break;
    }
    note(outcome, i, limits::look(foreseen.bucket, subjects[i].rate, now), foreseen.together);
  }
  unlock(set);
  return outcome;
}

bool store_counts_together(std::int64_t now) noexcept {
  bool found = false;
  for (std::uint32_t i = 0; i < LimitPartitions::kCount && !found; ++i) {
    lock(only(i), LW_SHARED);
    found = table_of(i).counts_together(MyDatabaseId, now);
    unlock(only(i));
  }
  return found;
}

// From the newest on as long as nobody else took a token meanwhile, for that costs the holders of other
// tokens nothing; the rest from the oldest on, for then none of them costs another.
void give_back_to_store(TakenToken* taken, std::size_t count) noexcept {
  for (std::size_t i = count; i > 0; --i) {
    if (give_back_one(taken[i - 1], WhichTokens::kNewest)) taken[i - 1].partition = kGivenBack;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (taken[i].partition != kGivenBack) (void)give_back_one(taken[i], WhichTokens::kAll);
  }
}

}  // namespace command_center::extension
