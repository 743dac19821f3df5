// Remembers which members or elements of one container were evaluated; exists only under `unevaluated…`
// keywords.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace command_center::json_schema {

// A set of indexes below the container's size. Allocates only for containers of more than 128 children.
class Marks {
 public:
  explicit Marks(std::uint32_t size) {
    if (size > kInlineWords * kWordBits) heap_.resize((size + kWordBits - 1) / kWordBits);
  }

  void mark(std::uint32_t index) noexcept {
    words()[index / kWordBits] |= std::uint64_t{1} << (index % kWordBits);
  }
  void mark_all() noexcept { all_ = true; }

  [[nodiscard]] bool is_marked(std::uint32_t index) const noexcept {
    return all_ || (words()[index / kWordBits] >> (index % kWordBits) & 1) != 0;
  }

  // Adds the marks of another set for the same container.
  void merge(const Marks& other) noexcept {
    all_ = all_ || other.all_;
    const std::size_t count = heap_.empty() ? kInlineWords : heap_.size();
    for (std::size_t i = 0; i < count; ++i) words()[i] |= other.words()[i];
  }

 private:
  static constexpr std::uint32_t kWordBits = 64;
  static constexpr std::uint32_t kInlineWords = 2;

  [[nodiscard]] std::uint64_t* words() noexcept { return heap_.empty() ? inline_.data() : heap_.data(); }
  [[nodiscard]] const std::uint64_t* words() const noexcept {
    return heap_.empty() ? inline_.data() : heap_.data();
  }

  std::array<std::uint64_t, kInlineWords> inline_{};
  std::vector<std::uint64_t> heap_;
  bool all_ = false;
};

}  // namespace command_center::json_schema
