// Chains of slots by hash, and a list of free ones; the same again for those whose shares are counted.
#include "extension/core/limits/bucket_table.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace command_center::limits {

struct BucketTable::Header {
  std::uint32_t capacity;
  std::uint32_t used;
  std::uint32_t free;              // first of the free slots
  std::int64_t idle_from;          // no bucket is idle before; only when the table is full
  std::int64_t reclaimed_through;  // buckets that were idle then have been forgotten
  std::int64_t next_pass;          // for a share that is full, no earlier pass than this
  std::uint32_t free_owner;
};

struct BucketTable::Slot {
  Key key;
  std::uint64_t hash;
  Bucket bucket;
  std::uint32_t next;
  std::uint32_t pinned;
  std::uint32_t in_use;
  std::uint32_t tenant;  // whose share it is of
  std::uint32_t database;
};

// A tenant, or a database, with at least one bucket.
struct BucketTable::Owner {
  identifiers::Uuid tenant_id;  // zero for a database
  std::uint64_t hash;
  std::uint32_t database;
  std::uint32_t is_database;
  std::uint32_t used;
  std::uint32_t next;
};

namespace {

// How many times what is free a database may have.
constexpr std::uint64_t kDatabaseShare = 8;
constexpr std::uint64_t kCoarseDatabaseShare = 32;
constexpr std::int64_t kPauseBetweenPasses = 100'000;

constexpr std::size_t rounded(std::size_t bytes) noexcept {
  constexpr std::size_t kAlignment = alignof(std::max_align_t);
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

bool operator==(const Key& a, const Key& b) noexcept {
  return std::memcmp(&a, &b, sizeof(Key)) == 0;
}

Key together_with_others(const Key& key) noexcept {
  Key together = key;
  together.kind = kTogether;
  together.detail = {};
  return together;
}

std::size_t BucketTable::bytes_for(std::uint32_t capacity) noexcept {
  const std::size_t owners = std::size_t{2} * capacity;
  return rounded(sizeof(Header)) + rounded(sizeof(std::uint32_t) * capacity) +
         rounded(sizeof(Slot) * capacity) + rounded(sizeof(std::uint32_t) * owners) +
         rounded(sizeof(Owner) * owners);
}

void BucketTable::format(void* memory, std::uint32_t capacity) noexcept {
  std::memset(memory, 0, bytes_for(capacity));
  static_cast<Header*>(memory)->capacity = capacity;
  const BucketTable table(memory);
  std::fill_n(table.heads_, capacity, kNone);
  for (std::uint32_t i = 0; i < capacity; ++i) table.slots_[i].next = i + 1 < capacity ? i + 1 : kNone;
  table.header_->free = capacity > 0 ? 0 : kNone;
  const std::uint32_t owners = 2 * capacity;
  std::fill_n(table.owner_heads_, owners, kNone);
  for (std::uint32_t i = 0; i < owners; ++i) table.owners_[i].next = i + 1 < owners ? i + 1 : kNone;
  table.header_->free_owner = table.header_->free;
}

BucketTable::BucketTable(void* memory) noexcept : header_(static_cast<Header*>(memory)) {
  auto* bytes = static_cast<char*>(memory) + rounded(sizeof(Header));
  heads_ = reinterpret_cast<std::uint32_t*>(bytes);
  bytes += rounded(sizeof(std::uint32_t) * header_->capacity);
  slots_ = reinterpret_cast<Slot*>(bytes);
  bytes += rounded(sizeof(Slot) * header_->capacity);
  owner_heads_ = reinterpret_cast<std::uint32_t*>(bytes);
  owners_ = reinterpret_cast<Owner*>(bytes + rounded(sizeof(std::uint32_t) * 2 * header_->capacity));
}

std::uint32_t BucketTable::find(const Key& key, std::uint64_t hash) const noexcept {
  if (header_->capacity == 0) return kNone;
  std::uint32_t found = heads_[hash % header_->capacity];
  while (found != kNone && !(slots_[found].hash == hash && slots_[found].key == key))
    found = slots_[found].next;
  return found;
}

std::uint32_t BucketTable::find_or_open(const Subject& subject, const Rate& rate, std::int32_t version,
                                        std::int64_t now) noexcept {
  std::uint32_t found = find(subject.key, subject.hash);
  if (found == kNone) {
    if (has_room(subject, now)) {
      found = open_free(subject, subject.key, subject.hash, version);
    } else {
      const Key together = together_with_others(subject.key);
      found = find(together, subject.together_hash);
      if (found == kNone && !allow_coarse(shares_of(subject))) return kNone;
      if (found == kNone) found = open_free(subject, together, subject.together_hash, version);
    }
  }
  Slot& slot = slots_[found];
  ++slot.pinned;
  const std::uint64_t incarnation = slot.bucket.incarnation;
  follow(slot.bucket, rate, version, now);
  if (slot.bucket.incarnation != incarnation) header_->idle_from = 0;
  return found;
}

// What is idle goes first. A share that is full is looked at now and then only, not by every command of who
// fills it.
bool BucketTable::has_room(const Subject& subject, std::int64_t now) noexcept {
  if (header_->free == kNone) reclaim(now);
  if (header_->free == kNone) return false;
  if (allow(shares_of(subject), subject)) return true;
  if (pauses(now)) return false;
  header_->next_pass = now + kPauseBetweenPasses;
  reclaim(now);
  return allow(shares_of(subject), subject);
}

// A pass that is further away than the pause: the clock was set back.
bool BucketTable::pauses(std::int64_t now) const noexcept {
  return now < header_->next_pass && header_->next_pass - now <= kPauseBetweenPasses;
}

BucketTable::Shares BucketTable::shares_of(const Subject& subject) const noexcept {
  const std::uint32_t tenant = find_owner(subject.key, false, subject.tenant_hash);
  const std::uint32_t database = find_owner(subject.key, true, subject.database_hash);
  return {std::uint64_t{header_->capacity} - header_->used, tenant == kNone ? 0 : owners_[tenant].used,
          database == kNone ? 0 : owners_[database].used};
}

BucketTable::Shares BucketTable::shares_after_pass(const Subject& subject, std::int64_t now) const noexcept {
  Shares shares = shares_of(subject);
  for (std::uint32_t i = 0; i < header_->capacity; ++i) {
    const Slot& slot = slots_[i];
    if (slot.in_use == 0 || slot.pinned != 0 || !is_idle(slot.bucket, now)) continue;
    ++shares.free;
    if (slot.key.database != subject.key.database) continue;
    --shares.of_database;
    if (slot.key.tenant_id == subject.key.tenant_id) --shares.of_tenant;
  }
  return shares;
}

bool BucketTable::allow(const Shares& shares, const Subject& subject) noexcept {
  if (shares.of_tenant < shares.free && shares.of_database < shares.free * kDatabaseShare) return true;
  // A limit has one subject without a detail for each tenant: nobody invents those.
  return subject.key.detail == identifiers::Uuid{} && allow_coarse(shares);
}

bool BucketTable::allow_coarse(const Shares& shares) noexcept {
  return shares.of_database < shares.free * kCoarseDatabaseShare;
}

BucketTable::Foreseen BucketTable::foresee(const Subject& subject, const Rate& rate, std::int32_t version,
                                           std::int64_t now) const noexcept {
  Foreseen made = {};
  std::uint32_t found = find(subject.key, subject.hash);
  if (found == kNone) {
    std::int64_t full_at = header_->reclaimed_through;
    Shares shares = shares_of(subject);
    const std::uint64_t free = shares.free;
    if (!allow(shares, subject) && (free == 0 || !pauses(now))) shares = shares_after_pass(subject, now);
    if (shares.free > free) full_at = std::max(full_at, now);
    const std::uint32_t together = find(together_with_others(subject.key), subject.together_hash);
    if (allow(shares, subject)) {
      if (together != kNone) full_at = std::max(full_at, slots_[together].bucket.full_at);
    } else {
      made.together = true;
      found = together;
      made.full = found == kNone && !allow_coarse(shares);
    }
    if (found == kNone) open(made.bucket, full_at, version);
  }
  if (found != kNone) made.bucket = slots_[found].bucket;
  follow(made.bucket, rate, version, now);
  return made;
}

bool BucketTable::is_together(std::uint32_t bucket) const noexcept {
  return slots_[bucket].key.kind == kTogether;
}

bool BucketTable::counts_together(std::uint32_t database, std::int64_t now) const noexcept {
  for (std::uint32_t i = 0; i < header_->capacity; ++i) {
    const Slot& slot = slots_[i];
    if (slot.in_use != 0 && slot.key.kind == kTogether && slot.key.database == database &&
        !is_idle(slot.bucket, now))
      return true;
  }
  return false;
}

std::uint32_t BucketTable::find_owner(const Key& key, bool is_database, std::uint64_t hash) const noexcept {
  if (header_->capacity == 0) return kNone;
  const identifiers::Uuid tenant_id = is_database ? identifiers::Uuid{} : key.tenant_id;
  std::uint32_t found = owner_heads_[hash % (std::uint64_t{2} * header_->capacity)];
  while (found != kNone) {
    const Owner& owner = owners_[found];
    if (owner.database == key.database && (owner.is_database != 0) == is_database &&
        owner.tenant_id == tenant_id)
      break;
    found = owner.next;
  }
  return found;
}

// There is one free: each has a bucket, and each bucket has two.
std::uint32_t BucketTable::find_or_add_owner(const Key& key, bool is_database, std::uint64_t hash) noexcept {
  std::uint32_t found = find_owner(key, is_database, hash);
  if (found == kNone) {
    found = header_->free_owner;
    Owner& owner = owners_[found];
    header_->free_owner = owner.next;
    std::uint32_t& head = owner_heads_[hash % (std::uint64_t{2} * header_->capacity)];
    owner = {is_database ? identifiers::Uuid{} : key.tenant_id,
             hash,
             key.database,
             is_database ? 1U : 0U,
             0,
             head};
    head = found;
  }
  ++owners_[found].used;
  return found;
}

std::uint32_t BucketTable::open_free(const Subject& subject, const Key& key, std::uint64_t hash,
                                     std::int32_t version) noexcept {
  const std::uint32_t opened = header_->free;
  Slot& slot = slots_[opened];
  header_->free = slot.next;
  ++header_->used;
  header_->idle_from = 0;
  slot.key = key;
  slot.hash = hash;
  slot.in_use = 1;
  slot.tenant = find_or_add_owner(key, false, subject.tenant_hash);
  slot.database = find_or_add_owner(key, true, subject.database_hash);
  std::uint32_t& head = heads_[hash % header_->capacity];
  slot.next = head;
  head = opened;
  // Forgotten buckets were full by then, but perhaps not before; and it may have been counted with others.
  std::int64_t full_at = header_->reclaimed_through;
  const std::uint32_t together = find(together_with_others(key), subject.together_hash);
  if (together != kNone && together != opened) full_at = std::max(full_at, slots_[together].bucket.full_at);
  open(slot.bucket, full_at, version);
  return opened;
}

void BucketTable::unpin(std::uint32_t bucket) noexcept {
  --slots_[bucket].pinned;
}

Bucket& BucketTable::bucket(std::uint32_t bucket) noexcept {
  return slots_[bucket].bucket;
}

void BucketTable::give_back(std::uint32_t bucket, const Token& token, std::int64_t now) noexcept {
  limits::give_back(slots_[bucket].bucket, token, now);
  header_->idle_from = 0;
}

std::uint32_t BucketTable::used() const noexcept {
  return header_->used;
}

// Frees every idle bucket. When there is none, remembers until when there can be none, so that a full table
// is not searched by every command.
void BucketTable::reclaim(std::int64_t now) noexcept {
  if (now < header_->idle_from) return;
  std::fill_n(heads_, header_->capacity, kNone);
  std::int64_t idle_from = std::numeric_limits<std::int64_t>::max();
  const std::uint32_t used_before = header_->used;
  for (std::uint32_t i = 0; i < header_->capacity; ++i) {
    Slot& slot = slots_[i];
    if (slot.in_use == 0) continue;
    if (slot.pinned == 0 && is_idle(slot.bucket, now)) {
      slot.in_use = 0;
      slot.next = header_->free;
      header_->free = i;
      --header_->used;
      --owners_[slot.tenant].used;
      --owners_[slot.database].used;
      continue;
    }
    idle_from = std::min(idle_from, std::max(slot.bucket.full_at, slot.bucket.refused_until));
    std::uint32_t& head = heads_[slot.hash % header_->capacity];
    slot.next = head;
    head = i;
  }
  header_->idle_from = idle_from;
  if (header_->used == used_before) return;
  header_->reclaimed_through = std::max(header_->reclaimed_through, now);
  forget_owners_without_buckets();
}

void BucketTable::forget_owners_without_buckets() noexcept {
  const std::uint32_t owners = 2 * header_->capacity;
  std::fill_n(owner_heads_, owners, kNone);
  header_->free_owner = kNone;
  for (std::uint32_t i = 0; i < owners; ++i) {
    std::uint32_t& list = owners_[i].used > 0 ? owner_heads_[owners_[i].hash % owners] : header_->free_owner;
    owners_[i].next = list;
    list = i;
  }
}

}  // namespace command_center::limits
