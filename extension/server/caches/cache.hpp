// What a session keeps of an extension's catalogue: entries that a change of any watched table makes stale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "extension/core/cache/lru_cache.hpp"
#include "extension/server/caches/reading.hpp"

namespace command_center::server {

// Empties itself when the catalogue has changed by the time of the last begin_reading(), so that no reader
// loses an entry in its hands: what find() and put() answer stays valid until the next put() or
// begin_reading().
template <class Value>
class CatalogueCache {
 public:
  explicit CatalogueCache(const Installation& installation) : installation_(installation) {}

  [[nodiscard]] const Value* find(std::string_view key) {
    forget_what_is_stale();
    return entries_.find(key);
  }

  const Value* put(std::string_view key, Value value, std::size_t capacity, std::size_t weight = 1) {
    forget_what_is_stale();
    // Names may come from callers: a long one counts as several.
    return entries_.put(key, std::move(value), capacity, weight + key.size() / kBytesOfAKey);
  }

 private:
  static constexpr std::size_t kBytesOfAKey = 128;

  void forget_what_is_stale() noexcept {
    const std::uint64_t now = decision_generation(installation_);
    if (loaded_under_ == now) return;
    entries_.clear();
    loaded_under_ = now;
  }

  const Installation& installation_;
  cache::LruCache<Value> entries_;
  std::uint64_t loaded_under_ = 0;
};

}  // namespace command_center::server
