// Writes and reads UUIDs as text.
#include "extension/core/identifiers/uuid.hpp"

namespace command_center::identifiers {
namespace {

// 16 for what is no digit.
unsigned digit_value(char character) noexcept {
  if (character >= '0' && character <= '9') return static_cast<unsigned>(character - '0');
  if (character >= 'a' && character <= 'f') return static_cast<unsigned>(character - 'a') + 10;
  if (character >= 'A' && character <= 'F') return static_cast<unsigned>(character - 'A') + 10;
  return 16;
}

}  // namespace

std::string to_text(const Uuid& uuid) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
    text.push_back(kDigits[uuid.bytes[i] >> 4]);
    text.push_back(kDigits[uuid.bytes[i] & 0x0f]);
  }
  return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) noexcept {
  if (text.size() >= 2 && text.front() == '{' && text.back() == '}') text = text.substr(1, text.size() - 2);
  Uuid uuid;
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (text.size() < 2) return std::nullopt;
    const unsigned high = digit_value(text[0]);
    const unsigned low = digit_value(text[1]);
    if (high > 15 || low > 15) return std::nullopt;
    uuid.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    text.remove_prefix(2);
    const bool after_four = i % 2 == 1 && i + 1 < uuid.bytes.size();
    if (after_four && !text.empty() && text.front() == '-') text.remove_prefix(1);
  }
  return text.empty() ? std::optional(uuid) : std::nullopt;
}

}  // namespace command_center::identifiers
