// Chains of slots by hash, and a list of free ones.
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
};

struct BucketTable::Slot {
  Key key;
  std::uint64_t hash;
  Bucket bucket;
  std::uint32_t next;
  std::uint32_t pinned;
  std::uint32_t in_use;
};

namespace {

constexpr std::size_t rounded(std::size_t bytes) noexcept {
  constexpr std::size_t kAlignment = alignof(std::max_align_t);
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

bool operator==(const Key& a, const Key& b) noexcept {
  return std::memcmp(&a, &b, sizeof(Key)) == 0;
}

std::size_t BucketTable::bytes_for(std::uint32_t capacity) noexcept {
  return rounded(sizeof(Header)) + rounded(sizeof(std::uint32_t) * capacity) +
         rounded(sizeof(Slot) * capacity);
}

void BucketTable::format(void* memory, std::uint32_t capacity) noexcept {
  std::memset(memory, 0, bytes_for(capacity));
  static_cast<Header*>(memory)->capacity = capacity;
  const BucketTable table(memory);
  std::fill_n(table.heads_, capacity, kNone);
  for (std::uint32_t i = 0; i < capacity; ++i) table.slots_[i].next = i + 1 < capacity ? i + 1 : kNone;
  table.header_->free = capacity > 0 ? 0 : kNone;
}

BucketTable::BucketTable(void* memory) noexcept : header_(static_cast<Header*>(memory)) {
  auto* bytes = static_cast<char*>(memory) + rounded(sizeof(Header));
  heads_ = reinterpret_cast<std::uint32_t*>(bytes);
  slots_ = reinterpret_cast<Slot*>(bytes + rounded(sizeof(std::uint32_t) * header_->capacity));
}

std::uint32_t BucketTable::find(const Key& key, std::uint64_t hash) const noexcept {
  if (header_->capacity == 0) return kNone;
  std::uint32_t found = heads_[hash % header_->capacity];
  while (found != kNone && !(slots_[found].hash == hash && slots_[found].key == key))
    found = slots_[found].next;
  return found;
}

std::uint32_t BucketTable::find_or_open(const Key& key, std::uint64_t hash, const Rate& rate,
                                        std::int32_t version, std::int64_t now) noexcept {
  std::uint32_t found = find(key, hash);
  if (found == kNone) {
    if (header_->free == kNone) reclaim(now);
    if (header_->free == kNone) return kNone;
    found = open_free(key, hash, version);
  }
  Slot& slot = slots_[found];
  ++slot.pinned;
  const std::uint64_t incarnation = slot.bucket.incarnation;
  follow(slot.bucket, rate, version, now);
  if (slot.bucket.incarnation != incarnation) header_->idle_from = 0;
  return found;
}

std::uint32_t BucketTable::open_free(const Key& key, std::uint64_t hash, std::int32_t version) noexcept {
  const std::uint32_t opened = header_->free;
  Slot& slot = slots_[opened];
  header_->free = slot.next;
  ++header_->used;
  header_->idle_from = 0;
  slot.key = key;
  slot.hash = hash;
  slot.in_use = 1;
  std::uint32_t& head = heads_[hash % header_->capacity];
  slot.next = head;
  head = opened;
  // Forgotten buckets were full by then, but perhaps not before.
  open(slot.bucket, header_->reclaimed_through, version);
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
      continue;
    }
    idle_from = std::min(idle_from, std::max(slot.bucket.full_at, slot.bucket.refused_until));
    std::uint32_t& head = heads_[slot.hash % header_->capacity];
    slot.next = head;
    head = i;
  }
  header_->idle_from = idle_from;
  if (header_->used < used_before) header_->reclaimed_through = std::max(header_->reclaimed_through, now);
}

}  // namespace command_center::limits
