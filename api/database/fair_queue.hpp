// What waits for a connection, tenant by tenant: each has its turn, however much the others have waiting.
#pragma once

#include <cstdint>
#include <deque>
#include <iterator>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "api/api.hpp"

namespace command_center::api::database {

// Of one thread at a time. Item has `order`, which tells what came first.
template <typename Item>
class FairQueue {
 public:
  [[nodiscard]] bool empty() const noexcept { return turns_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  void push_back(const std::string& tenant, Item&& item) { line_of(tenant).push_back(std::move(item)); }
  // What was taken and could not be begun.
  void push_front(const std::string& tenant, Item&& item) { line_of(tenant).push_front(std::move(item)); }

  // When the item that is next came, among those whose tenant `may` go on; nothing where none is.
  template <typename May>
  [[nodiscard]] std::optional<std::uint64_t> next_order(const May& may) const {
    for (const Turn& turn : turns_) {
      if (may(turn.tenant)) return turn.items.front().order;
    }
    return std::nullopt;
  }

  // That item, if it `fits`; its tenant goes to the end of the row.
  template <typename May, typename Fits>
  [[nodiscard]] std::optional<Item> take(const May& may, const Fits& fits) {
    for (auto turn = turns_.begin(); turn != turns_.end(); ++turn) {
      if (!may(turn->tenant)) continue;
      if (!fits(turn->items.front())) return std::nullopt;
      std::optional<Item> item(std::move(turn->items.front()));
      turn->items.pop_front();
      --size_;
      if (turn->items.empty()) {
        lines_.erase(turn->tenant);
        turns_.erase(turn);
      } else {
        turns_.splice(turns_.end(), turns_, turn);
      }
      return item;
    }
    return std::nullopt;
  }

  // Takes out what `is_over` says of, in any order.
  template <typename IsOver, typename Take>
  void take_where(const IsOver& is_over, const Take& take) {
    for (auto turn = turns_.begin(); turn != turns_.end();) {
      std::deque<Item> stays;
      for (Item& item : turn->items) {
        if (is_over(item)) {
          --size_;
          take(std::move(item));
        } else {
          stays.push_back(std::move(item));
        }
      }
      turn->items = std::move(stays);
      if (turn->items.empty()) {
        lines_.erase(turn->tenant);
        turn = turns_.erase(turn);
      } else {
        ++turn;
      }
    }
  }

  // All that is left, in any order.
  template <typename Take>
  void take_all(const Take& take) {
    for (Turn& turn : turns_) {
      for (Item& item : turn.items) take(std::move(item));
    }
    turns_.clear();
    lines_.clear();
    size_ = 0;
  }

 private:
  struct Turn {
    std::string tenant;
    std::deque<Item> items;  // never empty
  };

  std::deque<Item>& line_of(const std::string& tenant) {
    ++size_;
    const auto found = lines_.find(tenant);
    if (found != lines_.end()) return found->second->items;
    turns_.push_back({tenant, {}});
    lines_.emplace(tenant, std::prev(turns_.end()));
    return turns_.back().items;
  }

  std::list<Turn> turns_;  // whose turn is next first
  std::unordered_map<std::string, typename std::list<Turn>::iterator> lines_;
  std::size_t size_ = 0;
};

// How much of something one tenant may have, so that there is always some left for the others.
[[nodiscard]] constexpr std::int64_t share_of(std::int64_t all) noexcept {
  return all - all / 4;
}

}  // namespace command_center::api::database
