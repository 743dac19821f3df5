// Finds equal elements of an array in O(n log n), whatever the elements are.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "extension/core/json_schema/values/order.hpp"

namespace command_center::json_schema {

struct DuplicateItems {
  std::uint32_t first;
  std::uint32_t second;
};

// Compares every pair, without allocation; for short arrays.
template <class View, class Poll>
[[nodiscard]] std::optional<DuplicateItems> find_duplicates_pairwise(View array, Poll poll) {
  std::uint32_t first = 0;
  for (auto a = array.elements(); a.next(); ++first) {
    const View left = a.value();
    std::uint32_t second = first + 1;
    poll();
    for (auto b = a; b.next(); ++second) {
      if (values::order(left, b.value()) == 0) return DuplicateItems{first, second};
    }
  }
  return std::nullopt;
}

// Sorts by hash, and equal hashes by value, so that collisions made on purpose stay harmless.
template <class View, class Poll>
[[nodiscard]] std::optional<DuplicateItems> find_duplicates_sorted(View array, Poll poll) {
  struct Item {
    std::uint64_t hash;
    View value;
    std::uint32_t index;
  };
  std::vector<Item> items;
  items.reserve(array.size());
  std::uint32_t index = 0;
  for (auto cursor = array.elements(); cursor.next(); ++index) {
    poll();
    items.push_back({values::hash_value(cursor.value()), cursor.value(), index});
  }
  const auto compare = [&](const Item& a, const Item& b) {
    poll();
    if (a.hash != b.hash) return a.hash < b.hash ? -1 : 1;
    return values::order(a.value, b.value);
  };
  std::sort(items.begin(), items.end(), [&](const Item& a, const Item& b) { return compare(a, b) < 0; });
  for (std::size_t i = 1; i < items.size(); ++i) {
    if (compare(items[i - 1], items[i]) != 0) continue;
    return DuplicateItems{std::min(items[i - 1].index, items[i].index),
                          std::max(items[i - 1].index, items[i].index)};
  }
  return std::nullopt;
}

// `poll` is called once for each element or comparison.
template <class View, class Poll>
[[nodiscard]] std::optional<DuplicateItems> find_duplicates(View array, Poll poll) {
  constexpr std::uint32_t kPairwise = 16;
  return array.size() <= kPairwise ? find_duplicates_pairwise(array, poll)
                                   : find_duplicates_sorted(array, poll);
}

}  // namespace command_center::json_schema
