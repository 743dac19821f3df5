// Checks UUIDs (RFC 4122), JSON Pointers (RFC 6901) and their relative form, and patterns.
#include "extension/core/json_schema/formats/identifiers.hpp"

#include <cstddef>

#include "extension/core/json_schema/formats/characters.hpp"
#include "extension/core/json_schema/patterns/pattern_parser.hpp"

namespace command_center::json_schema::formats {

bool is_uuid(std::string_view text) noexcept {
  constexpr std::size_t kLength = 36;
  if (text.size() != kLength) return false;
  for (std::size_t i = 0; i < kLength; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex_digit(text[i])) return false;
  }
  return true;
}

bool is_json_pointer(std::string_view text) noexcept {
  if (text.empty()) return true;
  if (text[0] != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) return false;
  }
  return true;
}

bool is_relative_json_pointer(std::string_view text) noexcept {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
  const std::string_view rest = text.substr(digits);
  return rest == "#" || is_json_pointer(rest);
}

bool is_regex(std::string_view text) {
  return patterns::parse_pattern(text, patterns::Syntax::kStandard).expression != nullptr;
}

}  // namespace command_center::json_schema::formats
