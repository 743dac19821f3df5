// What a session keeps of the catalogue: entries that a change of any catalogue table makes stale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "extension/command_center/catalogue/reading.hpp"
#include "extension/core/cache/lru_cache.hpp"

namespace command_center::extension {

// Empties itself when the catalogue has changed by the time of the last begin_decision(), so that no reader
// loses an entry in its hands: what find() and put() answer stays valid until the next put() or
// begin_decision().
template <class Value>
class CatalogueCache {
 public:
  [[nodiscard]] const Value* find(std::string_view key) {
    forget_what_is_stale();
    return entries_.find(key);
  }

  const Value* put(std::string_view key, Value value, std::size_t capacity, std::size_t weight = 1) {
    forget_what_is_stale();
    return entries_.put(key, std::move(value), capacity, weight);
  }

 private:
  void forget_what_is_stale() noexcept {
    if (loaded_under_ == decision_generation()) return;
    entries_.clear();
    loaded_under_ = decision_generation();
  }

  cache::LruCache<Value> entries_;
  std::uint64_t loaded_under_ = 0;
};

}  // namespace command_center::extension
