// Orders object keys as jsonb does: by length, then by bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace command_center::json_schema::values {

// The word of eight bytes at a place, so that comparing words compares the bytes from the first on.
[[nodiscard]] inline std::uint64_t load_ordered_word(const char* place) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, place, sizeof word);
  return __builtin_bswap64(word);
}

// Negative, zero or positive. Written out because keys are short, equal most of the time, and compared for
// every member of every object: a call of memcmp costs more than the comparison.
[[nodiscard]] inline int compare_keys(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
  const char* a = left.data();
  const char* b = right.data();
  std::size_t rest = left.size();
  for (; rest >= sizeof(std::uint64_t); rest -= sizeof(std::uint64_t)) {
    const std::uint64_t x = load_ordered_word(a);
    const std::uint64_t y = load_ordered_word(b);
    if (x != y) return x < y ? -1 : 1;
    a += sizeof(std::uint64_t);
    b += sizeof(std::uint64_t);
  }
  for (; rest != 0; --rest, ++a, ++b) {
    if (*a != *b) return static_cast<unsigned char>(*a) < static_cast<unsigned char>(*b) ? -1 : 1;
  }
  return 0;
}

}  // namespace command_center::json_schema::values
