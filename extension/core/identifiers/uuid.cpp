// Writes UUIDs as text.
#include "extension/core/identifiers/uuid.hpp"

namespace command_center::identifiers {

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

}  // namespace command_center::identifiers
