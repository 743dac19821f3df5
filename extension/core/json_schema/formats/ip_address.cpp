// Checks IP addresses part by part.
#include "extension/core/json_schema/formats/ip_address.hpp"

#include <cstddef>

#include "extension/core/json_schema/formats/characters.hpp"

namespace command_center::json_schema::formats {

namespace {

bool is_octet(std::string_view text) noexcept {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return false;
  int value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    value = value * 10 + (c - '0');
  }
  return value <= 255;
}

bool is_hex_group(std::string_view text) noexcept {
  if (text.empty() || text.size() > 4) return false;
  for (const char c : text) {
    if (!is_hex_digit(c)) return false;
  }
  return true;
}

// The sixteen-bit groups in text without "::", an IPv4 tail counting two; -1 when malformed. Only the last
// part may be IPv4.
int count_groups(std::string_view text, bool ends_address) noexcept {
  if (text.empty()) return 0;
  int groups = 0;
  for (;;) {
    const std::size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    const bool last = colon == std::string_view::npos;
    if (is_hex_group(part)) {
      ++groups;
    } else if (last && ends_address && is_ipv4(part)) {
      groups += 2;
    } else {
      return -1;
    }
    if (last) return groups;
    text.remove_prefix(colon + 1);
  }
}

}  // namespace

bool is_ipv4(std::string_view text) noexcept {
  for (int i = 0; i < 3; ++i) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos || !is_octet(text.substr(0, dot))) return false;
    text.remove_prefix(dot + 1);
  }
  return is_octet(text);
}

bool is_ipv6(std::string_view text) noexcept {
  constexpr int kGroups = 8;
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return count_groups(text, true) == kGroups;
  const int before = count_groups(text.substr(0, gap), false);
  const int after = count_groups(text.substr(gap + 2), true);
  return before >= 0 && after >= 0 && before + after < kGroups;
}

}  // namespace command_center::json_schema::formats
