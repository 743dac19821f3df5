// Decides which windows of a partition to search for its last progress record: from the end, doubling.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace command_center::relay::kafka {

// Offsets begin (included) to end (excluded).
struct Window {
  std::int64_t begin;
  std::int64_t end;
};

// Windows that together cover `whole` without overlap, the last part first, each twice as long as the one
// before.
class LookBack {
 public:
  explicit LookBack(Window whole, std::int64_t first_length = 64) : whole_(whole), length_(first_length) {}

  // Nothing when the beginning has been reached.
  [[nodiscard]] std::optional<Window> next() {
    if (whole_.end <= whole_.begin) return std::nullopt;
    const Window window{std::max(whole_.begin, whole_.end - length_), whole_.end};
    whole_.end = window.begin;
    length_ *= 2;
    return window;
  }

 private:
  Window whole_;
  std::int64_t length_;
};

}  // namespace command_center::relay::kafka
