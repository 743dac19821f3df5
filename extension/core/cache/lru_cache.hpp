// A bounded map that forgets what was used longest ago.
#pragma once

#include <cstddef>
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

  // Adds or replaces `key` and forgets the oldest entries above `capacity` (at least one stays). When memory
  // runs out, the old value of `key` may be forgotten, and nothing else.
  const Value* put(std::string_view key, Value value, std::size_t capacity) {
    entries_.push_front(Entry{std::string(key), std::move(value)});
    if (const auto old = index_.find(key); old != index_.end()) {
      const auto stale = old->second;
      index_.erase(old);
      entries_.erase(stale);
    }
    try_index_front();
    while (entries_.size() > capacity && entries_.size() > 1) {
      index_.erase(entries_.back().key);
      entries_.pop_back();
    }
    return &entries_.front().value;
  }

  void clear() noexcept {
    index_.clear();
    entries_.clear();
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    Value value;
  };
  using Position = typename std::list<Entry>::iterator;

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
};

}  // namespace command_center::cache
