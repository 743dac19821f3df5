// Reads UTF-8 by the table of well-formed byte sequences (no overlong forms, no surrogates).
#include "extension/core/json_schema/values/utf8.hpp"

#include <cstring>

namespace command_center::json_schema::values {

namespace {

constexpr unsigned char kContinuationMask = 0xc0;
constexpr unsigned char kContinuation = 0x80;

bool continues(unsigned char byte) noexcept {
  return (byte & kContinuationMask) == kContinuation;
}

struct Lead {
  unsigned length;
  char32_t bits;
  char32_t least;
};

Lead classify(unsigned char byte) noexcept {
  if (byte < 0x80) return {1, byte, 0};
  if (byte < 0xc2) return {0, 0, 0};
  if (byte < 0xe0) return {2, byte & 0x1fU, 0x80};
  if (byte < 0xf0) return {3, byte & 0x0fU, 0x800};
  if (byte < 0xf5) return {4, byte & 0x07U, 0x10000};
  return {0, 0, 0};
}

bool is_surrogate(char32_t code_point) noexcept {
  return code_point >= 0xd800 && code_point <= 0xdfff;
}

}  // namespace

std::size_t count_code_points(std::string_view text) noexcept {
  std::size_t continuations = 0;
  std::size_t i = 0;
  // Eight bytes at a time: a continuation byte has bit 7 set and bit 6 clear.
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof word);
    const std::uint64_t marks = (word >> 7) & ~(word >> 6) & 0x0101010101010101ULL;
    continuations += static_cast<std::size_t>((marks * 0x0101010101010101ULL) >> 56);
  }
  for (; i < text.size(); ++i) continuations += continues(static_cast<unsigned char>(text[i])) ? 1 : 0;
  return text.size() - continuations;
}

char32_t next_code_point(std::string_view text, std::size_t& position) noexcept {
  if (position >= text.size()) return kNotACodePoint;
  const Lead lead = classify(static_cast<unsigned char>(text[position]));
  if (lead.length == 0 || text.size() - position < lead.length) {
    ++position;
    return kNotACodePoint;
  }
  char32_t code_point = lead.bits;
  for (unsigned i = 1; i < lead.length; ++i) {
    const auto byte = static_cast<unsigned char>(text[position + i]);
    if (!continues(byte)) {
      ++position;
      return kNotACodePoint;
    }
    code_point = (code_point << 6) | (byte & 0x3fU);
  }
  if (code_point < lead.least || is_surrogate(code_point) || code_point > 0x10ffff) {
    ++position;
    return kNotACodePoint;
  }
  position += lead.length;
  return code_point;
}

bool is_well_formed_utf8(std::string_view text) noexcept {
  std::size_t position = 0;
  while (position < text.size()) {
    if (next_code_point(text, position) == kNotACodePoint) return false;
  }
  return true;
}

void append_utf8(std::string& out, char32_t code_point) {
  if (code_point > 0x10ffff || is_surrogate(code_point)) code_point = 0xfffd;
  const auto tail = [&](unsigned shift) {
    out.push_back(static_cast<char>(kContinuation | ((code_point >> shift) & 0x3f)));
  };
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out.push_back(static_cast<char>(0xc0 | (code_point >> 6)));
    tail(0);
  } else if (code_point < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | (code_point >> 12)));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xf0 | (code_point >> 18)));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes) noexcept {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  while (end > 0 && continues(static_cast<unsigned char>(text[end]))) --end;
  return text.substr(0, end);
}

}  // namespace command_center::json_schema::values
