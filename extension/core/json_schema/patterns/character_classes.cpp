// Lists the built-in character classes as sorted ranges.
#include "extension/core/json_schema/patterns/character_classes.hpp"

namespace command_center::json_schema::patterns {

namespace {

using Ranges = std::vector<CodePointRange>;

// Of sorted ranges that do not touch.
Ranges complement(const Ranges& ranges) {
  Ranges out;
  char32_t next = 0;
  for (const CodePointRange& range : ranges) {
    if (range.first > next) out.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kMaxCodePoint) out.push_back({next, kMaxCodePoint});
  return out;
}

Ranges digits() {
  return {{'0', '9'}};
}

Ranges word_characters() {
  return {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
}

// White space and line terminators, with the byte order mark.
Ranges spaces() {
  return {{0x09, 0x0d},     {0x20, 0x20},     {0xa0, 0xa0},     {0x1680, 0x1680}, {0x2000, 0x200a},
          {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}, {0xfeff, 0xfeff}};
}

}  // namespace

std::vector<CodePointRange> class_ranges(char letter) {
  switch (letter) {
    case 'd':
      return digits();
    case 'D':
      return complement(digits());
    case 'w':
      return word_characters();
    case 'W':
      return complement(word_characters());
    case 's':
      return spaces();
    default:
      return complement(spaces());
  }
}

std::vector<CodePointRange> dot_ranges() {
  return complement({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}});
}

}  // namespace command_center::json_schema::patterns
