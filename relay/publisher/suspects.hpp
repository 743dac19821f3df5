// Which positions of a batch may hold what Kafka refuses, and how many of them one part takes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <set>

namespace command_center::relay::publisher {

// Kafka refuses all messages of a request for one of them. A part that it refuses costs a transaction that is
// given up, which takes as long as fifty that are committed: what was refused together goes on in parts of
// its square root, and all that is not suspected goes before it.
class Suspects {
 public:
  using Positions = std::set<std::int64_t>;

  // These were refused together.
  void add(const Positions& positions) {
    positions_.insert(positions.begin(), positions.end());
    most_in_part_ = root_of(positions.size());
    narrow_through_ = *positions.rbegin();
  }
  // It was found guilty, and has left the batch.
  void remove(std::int64_t position) { positions_.erase(position); }
  // Everything up to there is published.
  void clear_through(std::int64_t position) {
    positions_.erase(positions_.begin(), positions_.upper_bound(position));
    if (position >= narrow_through_) most_in_part_ = std::min(most_in_part_ * 2, root_of(positions_.size()));
  }
  void clear() { positions_.clear(); }

  // Whether a part that began behind `after` and holds something already may go on with this position.
  [[nodiscard]] bool may_join(std::int64_t after, std::int64_t position) const {
    const auto at = positions_.find(position);
    if (at == positions_.end()) return true;
    const auto in_part = static_cast<std::size_t>(std::distance(positions_.upper_bound(after), at));
    return in_part > 0 && in_part < most_in_part_;
  }

 private:
  static std::size_t root_of(std::size_t count) {
    return std::max<std::size_t>(static_cast<std::size_t>(std::sqrt(static_cast<double>(count))), 1);
  }

  Positions positions_;
  std::size_t most_in_part_ = 1;
  std::int64_t narrow_through_ = 0;  // behind what was refused last, parts grow again
};

}  // namespace command_center::relay::publisher
