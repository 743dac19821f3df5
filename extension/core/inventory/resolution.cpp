// The order of the questions is the promise: a request that was carried out is never carried out again,
// whatever became of the lock since.
#include "extension/core/inventory/resolution.hpp"

namespace command_center::inventory {
namespace {

struct Search {
  const HeldLock* held;
  int held_count;
  const PastUse* uses;
  int use_count;
};

bool same(std::string_view wanted, std::string_view found) noexcept {
  return wanted.data() != nullptr && found.data() != nullptr && wanted == found;
}

int place_of(const Search& search, const identifiers::Uuid& lock_id) noexcept {
  for (int i = 0; i < search.held_count; ++i) {
    if (search.held[i].lock_id == lock_id) return i;
  }
  return -1;
}

const PastUse* use_of_request(const Search& search, std::string_view request_id) noexcept {
  for (int i = search.use_count - 1; i >= 0; --i) {
    if (same(request_id, search.uses[i].request_id)) return &search.uses[i];
  }
  return nullptr;
}

// Where a key leads.
struct ByKey {
  int lock;              // -1: none is there
  const PastUse* ended;  // null: it was never used
};

// A key that was reopened has several locks. At most one of them lasts, and that is it; the row of one that
// is over may still be there beside it.
ByKey by_key(const Search& search, std::string_view key, Instant now) noexcept {
  int over = -1;
  for (int i = 0; i < search.held_count; ++i) {
    if (!same(key, search.held[i].key)) continue;
    if (!has_expired(search.held[i].expires_at, now)) return {i, nullptr};
    if (over < 0) over = i;
  }
  const PastUse* ended = nullptr;
  for (int i = search.use_count - 1; i >= 0; --i) {
    if (!same(key, search.uses[i].key)) continue;
    const int lock = place_of(search, search.uses[i].lock_id);
    if (lock >= 0 && !has_expired(search.held[lock].expires_at, now)) return {lock, nullptr};
    if (lock >= 0 && over < 0) over = lock;
    if (lock < 0 && ended == nullptr) ended = &search.uses[i];
  }
  if (over >= 0) return {over, nullptr};
  return {-1, ended};
}

int by_line(const Search& search, std::string_view line) noexcept {
  for (int i = 0; i < search.held_count; ++i) {
    if (search.held[i].line == line) return i;
  }
  return -1;
}

bool same_content(const Content& left, const Content& right) noexcept {
  return left.room_type_id == right.room_type_id && left.has_room == right.has_room &&
         (!left.has_room || left.room_id == right.room_id) && left.stay == right.stay &&
         left.hold == right.hold;
}

Content decided(const Wanted& wanted, const HeldLock* held) noexcept {
  Content content = wanted.content;
  if (!wanted.names_hold) content.hold = held != nullptr ? held->content.hold : Hold::kCounting;
  return content;
}

Resolution create(const Wanted& wanted, int over) noexcept {
  return {Act::kCreate, -1, over, {}, decided(wanted, nullptr)};
}

Resolution refuse_ended(int lock, const identifiers::Uuid& ended) noexcept {
  return {Act::kRefuseEnded, lock, -1, ended, {}};
}

bool key_is_known(const Search& search, const HeldLock& lock, std::string_view key) noexcept {
  if (key.data() == nullptr || same(key, lock.key)) return true;
  for (int i = 0; i < search.use_count; ++i) {
    if (search.uses[i].lock_id == lock.lock_id && same(key, search.uses[i].key)) return true;
  }
  return false;
}

Resolution change(const Wanted& wanted, const Search& search, int place) noexcept {
  const HeldLock& lock = search.held[place];
  const Content content = decided(wanted, &lock);
  if (content.hold < lock.content.hold) return {Act::kRefuseLower, place, -1, {}, content};
  if (!same_content(content, lock.content)) return {Act::kChange, place, -1, {}, content};
  const bool is_news = wanted.request_id.data() != nullptr || !key_is_known(search, lock, wanted.key);
  return {is_news ? Act::kRemember : Act::kAnswer, place, -1, {}, content};
}

}  // namespace

Resolution resolve(const Wanted& wanted, const HeldLock* held, int held_count, const PastUse* uses,
                   int use_count, Instant now) noexcept {
  const Search search = {held, held_count, uses, use_count};
  if (const PastUse* use = use_of_request(search, wanted.request_id); use != nullptr) {
    const int place = place_of(search, use->lock_id);
    if (place < 0 || has_expired(held[place].expires_at, now)) return refuse_ended(place, use->lock_id);
    return {Act::kAnswer, place, -1, {}, held[place].content};
  }
  const ByKey found = by_key(search, wanted.key, now);
  if (found.ended != nullptr && !wanted.reopens) return refuse_ended(-1, found.ended->lock_id);
  int place = found.lock;
  if (place >= 0 && has_expired(held[place].expires_at, now)) {
    if (!wanted.reopens) return refuse_ended(place, held[place].lock_id);
    // The lock that is begun anew may be of another line than the one that has another lock now.
    if (held[place].line == wanted.line) return create(wanted, place);
    place = -1;
  }
  if (place < 0) place = by_line(search, wanted.line);
  if (place < 0) return create(wanted, -1);
  if (has_expired(held[place].expires_at, now)) return create(wanted, place);
  return change(wanted, search, place);
}

}  // namespace command_center::inventory
