// A bounded map that forgets what was used longest ago.
#pragma once

#include <cstddef>
#include <iterator>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace command_center::cache {

// Keys are texts. A pointer that find() or put() answers stays valid until the next put() or clear(). Not for
// several threads.
template <class Value>
class LruCache {
 public:
  // The value of `key`, now the most recently used, or null.
  [[nodiscard]] const Value* find(std::string_view key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->value;
  }

  // Adds or replaces `key` and forgets the oldest entries while all together weigh more than `capacity` (at
  // least one stays). When memory runs out, the old value of `key` may be forgotten, and nothing else.
  const Value* put(std::string_view key, Value value, std::size_t capacity, std::size_t weight = 1) {
    entries_.push_front(Entry{std::string(key), std::move(value), weight});
    if (const auto old = index_.find(key); old != index_.end()) forget(old->second);
    try_index_front();
    weight_ += weight;
    while (weight_ > capacity && entries_.size() > 1) forget(std::prev(entries_.end()));
    return &entries_.front().value;
  }

  void clear() noexcept {
    index_.clear();
    entries_.clear();
    weight_ = 0;
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    Value value;
    std::size_t weight;
  };
  using Position = typename std::list<Entry>::iterator;

  void forget(Position entry) {
    weight_ -= entry->weight;
    index_.erase(entry->key);
    entries_.erase(entry);
  }

  // Takes the new entry out again unless it could be indexed; not a catch, so that only the boundary has
  // those.
  void try_index_front() {
    struct Undo {
      std::list<Entry>* entries;
      ~Undo() {
        if (entries != nullptr) entries->pop_front();
      }
    } undo{&entries_};
    index_.emplace(std::string_view(entries_.front().key), entries_.begin());
    undo.entries = nullptr;
  }

  std::list<Entry> entries_;
  std::unordered_map<std::string_view, Position> index_;
  std::size_t weight_ = 0;  // of all entries
};

}  // namespace command_center::cache
