// A bounded hash table of buckets in memory that the caller provides; what is idle makes room for others.
//
// Nobody can fill it for others: a tenant that has as many buckets as are free, or whose database has eight
// times as many, gets no further ones. However many do their worst, a part of the table stays free for who
// comes next. What a tenant's further subjects do is counted in one bucket together; of such coarse buckets a
// database has no more than 32 times what is free.
#pragma once

#include <cstddef>
#include <cstdint>

#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/limits/bucket.hpp"

namespace command_center::limits {

// Who is counted under which limit. Whole values, so that two subjects never share a bucket; `detail` is a
// property, or 128 bits of a cryptographic hash of a role.
struct Key {
  std::uint32_t database;
  std::uint32_t kind;
  identifiers::Uuid feature_id;
  identifiers::Uuid tenant_id;
  identifiers::Uuid detail;
};
static_assert(sizeof(Key) == 56, "keys are hashed as bytes, so they have no padding");

[[nodiscard]] bool operator==(const Key& a, const Key& b) noexcept;

// Of the subjects that a tenant's share has no room for, under one limit.
inline constexpr std::uint32_t kTogether = UINT32_MAX;
[[nodiscard]] Key together_with_others(const Key& key) noexcept;

// A key with the hashes that the table looks for it by; who makes them keeps their seed.
struct Subject {
  Key key;
  std::uint64_t hash;
  std::uint64_t together_hash;  // of together_with_others(key)
  std::uint64_t tenant_hash;    // of its database and tenant
  std::uint64_t database_hash;
};

// A view of a table; the memory holds no pointers, so it may lie at another address in each process. Whoever
// uses a table keeps others out of it meanwhile. Nothing throws or allocates.
class BucketTable {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // The memory for `capacity` buckets, aligned as a std::max_align_t.
  [[nodiscard]] static std::size_t bytes_for(std::uint32_t capacity) noexcept;

  // Makes the memory an empty table.
  static void format(void* memory, std::uint32_t capacity) noexcept;

  explicit BucketTable(void* memory) noexcept;

  // The bucket of `key`, or kNone.
  [[nodiscard]] std::uint32_t find(const Key& key, std::uint64_t hash) const noexcept;

  // The same, or a new one; it follows the limit as it is now, and is kept until unpin(). Where the tenant
  // has its share, the bucket of all that it has beyond. kNone when every bucket is in use and not idle.
  // Constant time, but for a pass over the table that frees every idle bucket at once.
  [[nodiscard]] std::uint32_t find_or_open(const Subject& subject, const Rate& rate, std::int32_t version,
                                           std::int64_t now) noexcept;
  void unpin(std::uint32_t bucket) noexcept;

  // What find_or_open() would answer at this moment, as a copy; changes nothing. Linear time where a share
  // is full.
  struct Foreseen {
    bool full;      // it would answer kNone
    bool together;  // as is_together()
    Bucket bucket;
  };
  [[nodiscard]] Foreseen foresee(const Subject& subject, const Rate& rate, std::int32_t version,
                                 std::int64_t now) const noexcept;

  // The bucket is of several subjects of its tenant.
  [[nodiscard]] bool is_together(std::uint32_t bucket) const noexcept;

  // Some subjects of the database are counted together. Linear time.
  [[nodiscard]] bool counts_together(std::uint32_t database, std::int64_t now) const noexcept;

  [[nodiscard]] Bucket& bucket(std::uint32_t bucket) noexcept;

  // As limits::give_back.
  void give_back(std::uint32_t bucket, const Token& token, std::int64_t now) noexcept;

  [[nodiscard]] std::uint32_t used() const noexcept;

 private:
  struct Header;
  struct Slot;
  struct Owner;

  // What is free, and what a subject's tenant and its database have.
  struct Shares {
    std::uint64_t free;
    std::uint64_t of_tenant;
    std::uint64_t of_database;
  };

  [[nodiscard]] std::uint32_t find_owner(const Key& key, bool is_database, std::uint64_t hash) const noexcept;
  [[nodiscard]] std::uint32_t find_or_add_owner(const Key& key, bool is_database,
                                                std::uint64_t hash) noexcept;
  [[nodiscard]] Shares shares_of(const Subject& subject) const noexcept;
  [[nodiscard]] Shares shares_after_pass(const Subject& subject, std::int64_t now) const noexcept;
  [[nodiscard]] static bool allow(const Shares& shares, const Subject& subject) noexcept;
  [[nodiscard]] static bool allow_coarse(const Shares& shares) noexcept;
  [[nodiscard]] bool pauses(std::int64_t now) const noexcept;
  [[nodiscard]] bool has_room(const Subject& subject, std::int64_t now) noexcept;
  [[nodiscard]] std::uint32_t open_free(const Subject& subject, const Key& key, std::uint64_t hash,
                                        std::int32_t version) noexcept;
  void reclaim(std::int64_t now) noexcept;
  void forget_owners_without_buckets() noexcept;

  Header* header_;
  std::uint32_t* heads_;
  Slot* slots_;
  std::uint32_t* owner_heads_;
  Owner* owners_;
};

}  // namespace command_center::limits
