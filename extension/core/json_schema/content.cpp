// Decodes base64 (RFC 4648) and parses JSON to see whether they are well-formed.
#include "extension/core/json_schema/content.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include "extension/core/json_schema/values/document.hpp"

namespace command_center::json_schema {

namespace {

int base64_value(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  std::string bytes;
  std::uint32_t bits = 0;
  int width = 0;
  for (const char c : text) {
    const int value = base64_value(c);
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    width += 6;
    if (width < 8) continue;
    width -= 8;
    bytes.push_back(static_cast<char>(bits >> width & 0xff));
  }
  return bytes;
}

}  // namespace

bool content_is_valid(std::string_view text, bool is_base64, bool is_json) {
  if (!is_base64) return values::Document::is_json(text);
  const auto decoded = decode_base64(text);
  return decoded && (!is_json || values::Document::is_json(*decoded));
}

}  // namespace command_center::json_schema
