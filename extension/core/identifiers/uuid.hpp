// A UUID as sixteen bytes and as text.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace command_center::identifiers {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  friend bool operator==(const Uuid& a, const Uuid& b) noexcept { return a.bytes == b.bytes; }
  friend bool operator<(const Uuid& a, const Uuid& b) noexcept { return a.bytes < b.bytes; }
};

// The canonical 36 characters, in lower case.
[[nodiscard]] std::string to_text(const Uuid& uuid);

}  // namespace command_center::identifiers
